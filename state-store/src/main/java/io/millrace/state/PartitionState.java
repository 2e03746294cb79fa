package io.millrace.state;

import io.millrace.serde.BytesView;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The stores of one partition with the changes of its open transaction; owned by one thread, that of the task. A transaction begins with
 * the first change and ends with {@link #commit} or {@link #abort}.
 */
public final class PartitionState implements AutoCloseable {
    PartitionState() {}

    public int partition() {
        throw new UnsupportedOperationException();
    }

    /** The store as its user sees it; the same object at every call. */
    public <K, V> KeyValueStore<K, V> store(StoreSpec<K, V> spec) {
        throw new UnsupportedOperationException();
    }

    /** Whether the open transaction changed anything. */
    public boolean isDirty() {
        throw new UnsupportedOperationException();
    }

    /** Memory that the open transaction's changes take; a caller commits before this reaches the limit of the configuration. */
    public long stagedBytes() {
        throw new UnsupportedOperationException();
    }

    /** Visits the newest change of each key of the open transaction, in the order in which the keys were first changed. */
    public void forEachChange(ChangeVisitor visitor) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends the transaction: the log has committed it. The changes become committed state at once and reach the backend later, together
     * with the positions.
     *
     * @param positions by store name, the changelog position (the next offset to replay) that the store now stands for; must name every
     *     store that was changed, may name others
     * @throws StateException if too much is committed and not yet written, so that this call had to write, and the backend failed; the
     *     transaction is committed nevertheless
     */
    public void commit(Map<String, Long> positions) {
        throw new UnsupportedOperationException();
    }

    /** Ends the transaction and drops its changes. */
    public void abort() {
        throw new UnsupportedOperationException();
    }

    /** The changelog position that the store's committed content stands for; empty if it never had any. */
    public OptionalLong position(String store) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes one record of the store's changelog, read from {@link #position} on. Not seen by readers before {@link #restored}. Bytes are
     * copied. No transaction may be open.
     */
    public void restore(String store, BytesView key, @Nullable BytesView value) {
        throw new UnsupportedOperationException();
    }

    /**
     * What was restored since the last call becomes committed state that stands for {@code position}. Call it every few thousand
     * records: what is restored and not yet marked is kept in memory.
     */
    public void restored(String store, long position) {
        throw new UnsupportedOperationException();
    }

    /** Aborts what is open, moves what is committed to the backend, and lets another owner open the stores. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
