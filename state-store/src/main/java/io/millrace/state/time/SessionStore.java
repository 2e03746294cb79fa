package io.millrace.state.time;

import io.millrace.state.Entries;
import org.jspecify.annotations.Nullable;

/**
 * Values by key and session. A session is kept while its end is within the retention in stream time, which is the greatest end that was put,
 * or what {@link #advanceTo} was given, or that alone ({@link SessionSpec#isTimeTold}); older ones are neither seen nor accepted. One partition, one
 * thread; sees its own uncommitted changes.
 *
 * <p>A record that comes is added so: {@link #findMergeable} with its time, {@link #remove} each session that was found, {@link #put} one that
 * spans them and the record. Better, {@link #replace} the last one of them: a session that grows stays in its place.
 */
public interface SessionStore<K, V> {
    String name();

    /** The key's sessions that are no more than the gap away from the time from {@code start} to {@code end}; the one that ended first first. */
    Entries<Session<K>, V> findMergeable(K key, long start, long end);

    /** All sessions of a key; the one that ended first first. */
    Entries<Session<K>, V> fetch(K key);

    /** Of these the ones that overlap the time from {@code first} to {@code last}, both included. */
    Entries<Session<K>, V> fetch(K key, long first, long last);

    /** All sessions, in the order of the keys' bytes; of a key the one that ended first first. */
    default Entries<Session<K>, V> all() {
        return fetch(null, null, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** All sessions of a range of keys: {@link #fetch(Object, Object, long, long)} of all times. */
    default Entries<Session<K>, V> fetch(@Nullable K from, @Nullable K to) {
        return fetch(from, to, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * The sessions of a range of keys that overlap the time from {@code first} to {@code last}, both included, in the order of the keys' bytes; of a key the
     * one that ended first first. Looks at each key of the range: of a short time and all keys, {@link #fetchAll} finds the same faster.
     *
     * @param from the first key, or null for the least
     * @param to the first key behind the range, or null if there is none
     * @throws UnsupportedOperationException if there is a bound, and the bytes of the store's keys do not sort as the keys do: if their serde is no {@link
     *     io.millrace.serde.OrderedSerde}. Strings, bytes, booleans, instants and UUIDs of {@code Serdes} have one, numbers have that of {@code OrderedSerdes}
     */
    Entries<Session<K>, V> fetch(@Nullable K from, @Nullable K to, long first, long last);

    /** The sessions of all keys that overlap the time from {@code first} to {@code last}, both included, in no particular order. */
    Entries<Session<K>, V> fetchAll(long first, long last);

    /**
     * Puts a session; one of the same key, start and end is replaced.
     *
     * @return false if the session is older than the retention and was dropped
     */
    boolean put(Session<K> session, V value);

    /**
     * Puts a session in the place of another one of its key, as {@link #remove} and {@link #put} would.
     *
     * @return false if {@code after} is older than the retention and was dropped
     */
    boolean replace(Session<K> before, Session<K> after, V value);

    /** Removes a session; of a key without sessions nothing is left. */
    void remove(Session<K> session);

    /** The greatest end that was put, expired ones included, or what was told if that is later. */
    long greatestTime();

    /** The time that the store goes by; {@link Long#MIN_VALUE} before there was any. */
    long streamTime();

    /** Says that time has come so far: a watermark, for example. */
    void advanceTo(long time);
}
