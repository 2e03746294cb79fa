package io.millrace.state;

import io.millrace.platform.LoopStep;
import java.util.List;

/**
 * The state of one application instance: what is committed in memory, and the backend it moves to. Safe for use by several threads.
 *
 * <p>Nothing here starts a thread: whoever opens a database runs it as a loop ({@code scheduler.start("state-writer", database,
 * database.idle())}), or calls {@link #flush}.
 */
public final class StateDatabase implements LoopStep, AutoCloseable {
    private final StateBackend backend;

    private StateDatabase(StateBackend backend) {
        this.backend = backend;
    }

    /** The database takes the backend over: {@link #close} closes it. */
    public static StateDatabase open(StateBackend backend, StateStoreConfig config) {
        return new StateDatabase(backend);
    }

    /**
     * Opens a partition of some stores, to be used by one thread until closed. Opened where the backend is; the runtime then restores each
     * store from its {@link PartitionState#position}.
     *
     * @throws IllegalStateException if one of the stores is already open for the partition (one owner)
     */
    public PartitionState partition(int partition, List<StoreSpec<?, ?>> stores) {
        throw new UnsupportedOperationException(backend.logId());
    }

    /** How long a loop that runs this may idle between steps. */
    public java.time.Duration idle() {
        throw new UnsupportedOperationException();
    }

    /** Moves committed changes to the backend when there are enough of them or the oldest is old enough. @return changes moved */
    @Override
    public int runOnce(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** Moves all committed changes to the backend now and makes them durable against power loss. */
    public void flush() {
        throw new UnsupportedOperationException();
    }

    /** Moves all committed changes to the backend and closes it. Partitions must not be used any more. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
