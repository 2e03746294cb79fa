package io.millrace.dsl;

import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import java.time.Duration;
import java.util.Optional;

/** A pipeline that runs. Safe for use by several threads. */
public interface Application extends AutoCloseable {
    String name();

    /** How it stands, as the loops last published it. Never waits. */
    AppStatus status();

    /**
     * Opens a view of what is committed in the stores of one task, all of them at one moment: in those that the step of the pipeline with
     * {@code store} has for {@code partition}. Callable from any thread; close the view.
     *
     * @throws io.millrace.state.StateException of kind NOT_HERE if this instance does not have the partition, or still restores it
     */
    StateView view(StoreSpec<?> store, int partition);

    /**
     * True if at one moment during this call all sources were finished and everything they and all others wrote to the pipeline's inputs
     * was processed and committed, over all steps of the pipeline, also by the application's other instances.
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

    /**
     * Ends gracefully: what is processed is committed, the group is left, state is flushed. Closing twice has no effect. The log stays
     * open.
     */
    @Override
    void close();
}
