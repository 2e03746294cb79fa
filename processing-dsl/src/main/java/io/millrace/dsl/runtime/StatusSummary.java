package io.millrace.dsl.runtime;

import io.millrace.dsl.AppStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Adds up what the loops have published. */
final class StatusSummary {
    private StatusSummary() {}

    static AppStatus of(
            AppStatus.State state,
            List<TaskLoop> loops,
            List<IngestLoop<?>> ingestLoops,
            GlobalStatus globals,
            AppStatus.Restoring restoring) {
        long consumed = 0;
        long committed = 0;
        long aborted = 0;
        long skipped = globals.skipped();
        long deadLetters = 0;
        int running = 0;
        int reading = 0;
        int waiting = 0;
        for (TaskLoop loop : loops) {
            LoopStatus status = loop.present();
            consumed += status.counters().consumed();
            committed += status.counters().committed();
            aborted += status.counters().aborted();
            skipped += status.counters().skipped();
            deadLetters += status.counters().deadLetters();
            running += status.tasks().running();
            reading += status.tasks().restoring();
            waiting += status.tasks().waiting();
        }
        long ingested = 0;
        List<AppStatus.IngestStatus> ingests = new ArrayList<>();
        for (IngestLoop<?> loop : ingestLoops) {
            IngestLoopStatus status = loop.status();
            ingested += status.counters().records();
            skipped += status.counters().skipped();
            committed += status.counters().committed();
            aborted += status.counters().aborted();
            if (!status.elsewhere()) {
                ingests.add(new AppStatus.IngestStatus(
                        loop.ingestName(), status.position(), status.size(), status.finished()));
            }
        }
        return new AppStatus(
                state,
                consumed,
                ingested,
                committed,
                aborted,
                skipped,
                deadLetters,
                lag(loops),
                new AppStatus.Tasks(running, reading, waiting),
                restoring,
                ingests);
    }

    /** Of the loops that have partitions; empty if none has. */
    static OptionalLong lag(List<TaskLoop> loops) {
        long sum = 0;
        boolean isAny = false;
        for (TaskLoop loop : loops) {
            OptionalLong lag = loop.present().counters().lag();
            sum += lag.orElse(0);
            isAny |= lag.isPresent();
        }
        return isAny ? OptionalLong.of(sum) : OptionalLong.empty();
    }
}
