package io.millrace.examples.bank.command;

import java.util.List;

/** Told by the thread that runs the pipeline how it goes. */
interface RunObserver {
    /** The data is about to be opened. */
    default void opening() {}

    /** The data is open, nothing runs yet. @param processedOrders up to which offset the orders of each partition were processed before */
    default void opened(List<Long> processedOrders) {}

    /** Called every few milliseconds. */
    void progress(Progress progress);

    /** Everything is processed and committed; the pipeline still runs until this returns. */
    default void drained() {}
}
