package io.millrace.dsl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something outside of the log that can be read again from a position: a file, a table, a generator. Used by one thread.
 *
 * <p>From the same position it must give the same items again; then what it feeds is exactly-once, because its position is committed in
 * the same transaction as the records.
 */
public interface RecordSource<T> extends AutoCloseable {
    /**
     * The items of a list, in their order; a position is an index. A list that is longer at a later start goes on behind what was read; one that is
     * shorter than what was read is refused when it is read from there.
     */
    static <T> RecordSource<T> of(List<? extends T> items) {
        return new ListItems<>(items);
    }

    /** Called once before the first {@link #next}, and again after an aborted transaction. 0 is the beginning. */
    void seek(long position);

    /** The next item, or null: nothing now, or nothing more. Does not wait. */
    @Nullable T next();

    /** Where to {@link #seek} in order to go on behind the last item that {@link #next} gave. */
    long position();

    /** True when there will never be another item. */
    boolean isFinished();

    /** How many positions there are, or −1 if nobody knows; for progress. */
    default long size() {
        return -1;
    }

    @Override
    void close();
}
