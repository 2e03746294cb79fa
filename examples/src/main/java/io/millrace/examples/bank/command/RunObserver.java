package io.millrace.examples.bank.command;

/** Told by the thread that runs the pipeline how it goes. */
interface RunObserver {
    /** The data is about to be opened. */
    default void opening() {}

    /** Called every few milliseconds. */
    void progress(Progress progress);

    /** Everything is processed and committed; the pipeline still runs until this returns. */
    default void drained() {}
}
