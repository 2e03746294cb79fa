package io.millrace.state.time;

import io.millrace.state.Timestamped;
import org.jspecify.annotations.Nullable;

/**
 * Values by key, as of any time of the recent past. Changes may come out of order: what was at a time is what the change with the greatest
 * timestamp up to it made of it. The newest value of a key is kept for ever, older ones for the history retention in stream time, which is the
 * greatest timestamp that came. One partition, one thread; sees its own uncommitted changes.
 */
public interface VersionedStore<K, V> {
    String name();

    /** The newest value of a key with its timestamp, or null if there is none or it was deleted. */
    @Nullable Timestamped<V> get(K key);

    /**
     * What the key's value was at a time, with the timestamp from which on it was; null if there was none, or if it is not known any more: the
     * time is older than the history and the key has changed since.
     */
    @Nullable Timestamped<V> get(K key, long asOf);

    /**
     * From {@code timestamp} on, until the next change, the key has this value; a change with the same timestamp is replaced.
     *
     * @return false if the timestamp is older than the history and the change was dropped
     */
    boolean put(K key, V value, long timestamp);

    /**
     * From {@code timestamp} on, until the next change, the key has no value; a change with the same timestamp is replaced.
     *
     * @return false if the timestamp is older than the history and the change was dropped
     */
    boolean delete(K key, long timestamp);

    /** {@link Long#MIN_VALUE} before the first change. */
    long streamTime();

    /** Says that time has come so far, though nothing was changed. */
    void advanceTo(long time);
}
