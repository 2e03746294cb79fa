package io.millrace.state.time;

import io.millrace.state.Entries;
import org.jspecify.annotations.Nullable;

/**
 * Values by key and window, for tumbling and hopping windows. A window is kept while its start is within the retention in stream time, which
 * is the greatest start that was put, or what {@link #advanceTo} was given, or that alone ({@link WindowSpec#isTimeTold}); older ones are neither seen
 * nor accepted. One partition, one thread; sees its own uncommitted changes.
 *
 * <p>All times are milliseconds; starts of windows are multiples of the advance.
 */
public interface WindowStore<K, V> {
    String name();

    /** The value of a key in the window that begins at {@code start}, or null. */
    @Nullable V fetch(K key, long start);

    /**
     * @return false if the window is older than the retention and the value was dropped
     * @throws IllegalArgumentException if no window begins at {@code start}
     */
    boolean put(K key, long start, V value);

    void remove(K key, long start);

    /**
     * A key's windows that begin from the first start to the last, both included, in the order of time. Costs a look-up for each window that
     * could be there.
     */
    Entries<Windowed<K>, V> fetch(K key, long first, long last);

    /** The windows of all keys that begin from the first start to the last, both included, in the order of time, then of the keys' bytes. */
    Entries<Windowed<K>, V> fetchAll(long first, long last);

    /** All windows that are kept, in the order of time, then of the keys' bytes. */
    default Entries<Windowed<K>, V> all() {
        return fetchAll(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * The windows of a range of keys that begin from the first start to the last, both included, in the order of time, then of the keys' bytes. Costs two
     * look-ups for each start at which any key has a window.
     *
     * @param from the first key, or null for the least
     * @param to the first key behind the range, or null if there is none
     * @throws UnsupportedOperationException if there is a bound, and the bytes of the store's keys do not sort as the keys do: if their serde is no {@link
     *     io.millrace.serde.OrderedSerde}. Strings, bytes, booleans, instants and UUIDs of {@code Serdes} have one, numbers have that of {@code OrderedSerdes}
     */
    Entries<Windowed<K>, V> fetch(@Nullable K from, @Nullable K to, long first, long last);

    /** The greatest start that was put, expired ones included, or what was told if that is later. */
    long greatestTime();

    /** The time that the store goes by; {@link Long#MIN_VALUE} before there was any. */
    long streamTime();

    /** Says that time has come so far: a watermark, or the time of a record that opened no window. */
    void advanceTo(long time);
}
