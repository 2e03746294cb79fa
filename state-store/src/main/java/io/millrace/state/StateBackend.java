package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where committed state rests: RocksDB, or memory in simulation. One per application instance. Safe for use by several threads, but for
 * {@link Reader}s, which have one owner each.
 *
 * <p>Every method throws {@link StateException} when the backend fails.
 */
public interface StateBackend extends AutoCloseable {
    /** The log whose state this is. */
    String logId();

    /** Whether a store was ever {@linkplain #openStore opened}; creates none. */
    boolean hasStore(String store);

    /** Opens or creates a store. @return the number by which it is named in this backend until closed; the same for the same name */
    int openStore(String store);

    /** What was {@linkplain #pin pinned} to a store; empty if nothing ever was. */
    Optional<StoreManifest> manifest(int store);

    /** Says for ever what the bytes of a store are; durable when this returns, against power loss too. */
    void pin(int store, StoreManifest manifest);

    /** A new reader of one partition's content. */
    Reader newReader(int partition);

    /** A reader of one partition's content as it is now, whatever is written later. To be closed: it keeps what it reads from being removed. */
    Reader newSnapshot(int partition);

    /** The changelog position that the partition's content stands for, empty if nothing was ever written. */
    OptionalLong position(int store, int partition);

    /** Everything that has a position, in no particular order. */
    List<StoredPartition> stored();

    /**
     * Applies a batch atomically, over all stores in it. After the process died, what is left is a prefix of the batches in the order in
     * which they were written; it holds those before the last {@link #flush} at least.
     */
    void write(Batch batch);

    /** Makes everything written durable, against the death of the process and against power loss. */
    void flush();

    /**
     * Copies everything that is written, as it is now, into a new directory, while it is in use; durable when this returns. The copy is opened as
     * the state of the same log.
     *
     * @param target does not exist yet; its parent does
     * @return what is in the copy, sorted by store and partition
     * @throws UnsupportedOperationException if this backend has no files
     */
    default List<StoredPartition> snapshot(Path target) {
        throw new UnsupportedOperationException(
                "The state is in memory and has no files, so that no snapshot can be made in " + target
                        + ": keep it in a RocksBackend");
    }

    /** Changelog offsets that written positions are ahead of durable ones, over all stores: what a kill takes back. Cheap: asked at every commit. */
    default long unflushedOffsets() {
        return 0;
    }

    /** About what it holds, on disk and in what is not there yet; 0 if it does not count. Cheap enough to ask for every second. */
    default long sizeBytes() {
        return 0;
    }

    /** The memory that it uses now, outside the heap; cheap enough to ask for every second. */
    default StateMemory.BackendMemory memory() {
        return StateMemory.BackendMemory.UNKNOWN;
    }

    /** Closes the readers too. Closing twice has no effect. */
    @Override
    void close();

    /** Reads one partition. One thread. */
    interface Reader extends AutoCloseable {
        /** Appends the value's bytes to {@code value} and returns true, or returns false if there is no such key. */
        boolean get(int store, BytesView key, BytesWriter value);

        /** Visits entries in the order of the keys' bytes, or against it, as of one moment; views are valid during the visit. */
        void scan(int store, KeyRange range, ScanDirection direction, EntryVisitor visitor);

        /** Visits every entry, from the least key on. */
        default void scan(int store, EntryVisitor visitor) {
            scan(store, KeyRange.all(), ScanDirection.FORWARD, visitor);
        }

        /** About how many entries a store has; reads none. */
        long approximateCount(int store);

        @Override
        void close();
    }

    /** Visits entries. */
    @FunctionalInterface
    interface EntryVisitor {
        /** @return false to end the scan */
        boolean entry(BytesView key, BytesView value);
    }

    /** What a batch does; replayed into the backend's own form by {@link #write}. */
    @FunctionalInterface
    interface Batch {
        /** Feeds every change and every new position, in order. May be called again after a failed write, with the same outcome. */
        void feed(Sink sink);

        /** The receiving side of a batch; copies what it is given. */
        interface Sink {
            void put(int store, int partition, BytesView key, BytesView value);

            void delete(int store, int partition, BytesView key);

            void position(int store, int partition, long position);

            /** An owner had the partition at this time, in wall-clock milliseconds. */
            void used(int store, int partition, long millis);

            /** Removes all content, the position and the time; costs the same whatever the size. */
            void drop(int store, int partition);
        }
    }
}
