package io.millrace.dsl;

import io.millrace.dsl.metrics.Metrics;
import io.millrace.state.StateSnapshot;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A pipeline that runs. Safe for use by several threads. */
public interface Application extends AutoCloseable {
    String name();

    /** What it was started as, beside others of the same name; empty if nothing was said. */
    String instance();

    /** How it stands, as the loops last published it. Never waits. */
    AppStatus status();

    /**
     * Tells {@code listener} of every change of state from now on, first of the present state.
     *
     * @return ends it when closed
     * @throws PipelineException if there is no listener
     */
    Listening listen(AppListener listener);

    /** A listener that is told. */
    interface Listening extends AutoCloseable {
        /** From now on it is told nothing more. */
        @Override
        void close();
    }

    /**
     * Opens a view of what is committed in the stores of one task, all of them at one moment: in those that the step of the pipeline with
     * {@code store} has for {@code partition}. Callable from any thread; close the view. Waits for nothing: not for the task, nor for what moves
     * committed state to the backend.
     *
     * @throws IllegalArgumentException if the application has no such store, or that no such partition
     * @throws io.millrace.state.StateException of kind NOT_HERE if this instance does not have the partition, or still restores it
     */
    StateView view(StoreSpec<?> store, int partition);

    /** What it counts; {@code io.millrace.dsl.metrics.micrometer} binds it to Micrometer. */
    Metrics metrics();

    /** Asks the stores what is committed in them, by name. */
    Queries queries();

    /** What its state uses of its memory budget. Callable from any thread, every second if need be. */
    StateUsage stateUsage();

    /**
     * Copies the state of this instance, all its partitions with the changelog positions that they stand for, into a new directory, while it goes on:
     * by hard links where the file system is the same. Each partition is as one transaction left it and has at least what was committed when this
     * was called; two partitions may be of different moments. Durable when this returns; callable from any thread.
     *
     * <p>It names the partitions that this instance has. Of those that moved to another instance an older copy may be in its files until the {@code
     * stateCleanupDelay} is over, as in the state itself: it stands where this instance left it and is brought up from the changelog by whoever opens
     * it.
     *
     * <p>An application that is started on this log, or on a copy of it that was made after the snapshot, with the directory as its state
     * directory goes on from there: what was committed later is replayed from the changelogs. Where those were compacted behind a position of the
     * snapshot and this is older than half of their {@code deleteRetention}, half a day by default, they may have forgotten deletions, and the store is
     * built anew from their beginning. The directory then belongs to that application: start from a copy to keep it.
     *
     * @param directory does not exist yet; its parent does
     * @throws IllegalArgumentException if it is within the state's directory
     * @throws io.millrace.state.StateException if it cannot be made, or the application is closed; its state is what it was
     * @throws UnsupportedOperationException if the state is in memory
     */
    StateSnapshot snapshot(Path directory);

    /**
     * True if at one moment during this call all sources were finished and everything they and all others wrote to the pipeline's inputs
     * was processed and committed, over all steps of the pipeline, also by the application's other instances; and everything committed in the topics of
     * this instance's global tables is in them. Whether a source is finished that another instance reads, that one knows: ask all, or the one whose {@link
     * AppStatus#ingests} names it.
     */
    boolean isDrained();

    /**
     * Waits until {@link #isDrained}. Not for simulated worlds, where nobody else runs meanwhile.
     *
     * @return false if the time is over, or the application failed or was closed before
     */
    boolean awaitDrained(Duration timeout);

    /** Why it ended, if it ended by an error. */
    Optional<Throwable> failure();

    /** Asks for a graceful end and returns at once. */
    void stop();

    /** The same within {@link AppSettings#withCloseTimeout}, a minute by default. */
    @Override
    void close();

    /**
     * Ends gracefully: each loop ends with the record that it is at, what is processed is committed, the group is left, state is flushed. Closing again what is closed has no effect. The
     * log stays open. Returns early when that is done; an interrupt of the caller does not shorten it, and is still set afterwards.
     *
     * <p>What runs on after {@code timeout} is told in the log: loop, task, record and function. It is interrupted, if it is code of the pipeline's author, and from then on
     * nothing of it counts: no error policy is asked, nothing is committed, and the next start processes it again.
     *
     * <p>Code that does not return five seconds later is given up. Its transaction is aborted and its partitions go to other instances at once; what it may still
     * do is refused by the log, and dropped when it returns. Its thread is no daemon, so that it keeps the process from ending by itself; and the state of this instance stays open: an application
     * of the same name and directory can be started in this process once the code has returned and this was called again, or in another process.
     *
     * @param timeout how long it is waited for a graceful end, of all loops together; with zero, what is not done is interrupted at once
     * @throws io.millrace.log.LogException with STOP if code does not return: it names the loop, the task, the record and the function, its cause has the stack; called
     *     again, it waits again
     * @throws IllegalArgumentException if {@code timeout} is negative
     * @throws IllegalStateException at once if a listener or code of the pipeline calls it, in a thread that it would wait for: {@link #stop} is for that
     */
    void close(Duration timeout);
}
