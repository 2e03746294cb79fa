package io.millrace.examples.bank.command;

import java.util.List;

/** Watches a run from the process that a person started: shows how it goes and remembers where it began. Owned by one thread. */
final class RunWatch implements RunObserver {
    private final ProgressView view;
    private double killFraction = Progress.UNKNOWN;
    private boolean isOpened;
    private List<Long> processedBefore = List.of();

    RunWatch(ProgressView view) {
        this.view = view;
    }

    @Override
    public void opened(List<Long> processedOrders) {
        if (!isOpened) { // a process that follows a killed one opens what this run has done
            isOpened = true;
            processedBefore = List.copyOf(processedOrders);
        }
    }

    @Override
    public void progress(Progress progress) {
        killFraction = progress.killFraction();
        view.update(progress, System.nanoTime());
    }

    void killed() {
        view.killed();
    }

    /** Where between beginning and end the work is, for kills; less than 0 if nobody knows. */
    double fraction() {
        return killFraction;
    }

    /** Up to which offset the orders of each partition were processed before this run. */
    List<Long> processedBefore() {
        return processedBefore;
    }
}
