package io.millrace.state;

import io.millrace.serde.BytesView;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where committed state rests: RocksDB, or memory in simulation. One per application instance. Stores are column families, created when
 * first opened. Reads may come from any thread; {@link #write} from one thread at a time.
 */
public interface StateBackend extends AutoCloseable {
    /** Opens or creates a store. */
    void openStore(String store);

    /** The value's bytes, or null. */
    byte @Nullable [] get(String store, int partition, BytesView key);

    /** Visits the entries of a partition in the order of the keys' bytes, as of one moment; views are valid during the visit. */
    void scan(String store, int partition, EntryVisitor visitor);

    /** The changelog position that the partition's content stands for, empty if nothing was ever written. */
    OptionalLong position(String store, int partition);

    /** Applies a batch atomically, over all stores in it; survives the death of the process at return or later, but only as a whole. */
    void write(Batch batch);

    /** Makes everything written durable against power loss. */
    void flush();

    @Override
    void close();

    /** Visits entries. */
    @FunctionalInterface
    interface EntryVisitor {
        void entry(BytesView key, BytesView value);
    }

    /** What a batch does; replayed into the backend's own form by {@link #write}. */
    interface Batch {
        /** Feeds every change and every new position, in order. */
        void feed(Sink sink);

        /** The receiving side of a batch. */
        interface Sink {
            void put(String store, int partition, BytesView key, BytesView value);

            void delete(String store, int partition, BytesView key);

            void position(String store, int partition, long position);
        }
    }
}
