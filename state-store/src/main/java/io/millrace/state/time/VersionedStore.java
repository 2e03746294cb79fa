package io.millrace.state.time;

import io.millrace.state.Entries;
import io.millrace.state.Timestamped;
import org.jspecify.annotations.Nullable;

/**
 * Values by key, as of any time of the recent past. Changes may come out of order: what was at a time is what the change with the greatest
 * timestamp up to it made of it. The newest value of a key is kept for ever, older ones for the history retention in stream time, which is the
 * greatest timestamp that came ({@link VersionedSpec}), or the time that the store was told, if that is less ({@link VersionedTableSpec}). One
 * partition, one thread; sees its own uncommitted changes.
 *
 * <p>After KIP-889.
 */
public interface VersionedStore<K, V> {
    /** Where among the changes of its key one has found its place. */
    enum Place {
        /** No change of the key is later: what it says is so now. */
        NEWEST,
        /** There is a later one: what it says was so until then. */
        PAST,
        /** It was older than the history, and nothing has changed. */
        NONE
    }

    String name();

    /** The newest value of a key with its timestamp, or null if there is none or it was deleted. */
    @Nullable Timestamped<V> get(K key);

    /**
     * What the key's value was at a time, with the timestamp from which on it was; null if there was none, or if it is not known any more: the
     * time is older than the history and the key has changed since.
     */
    @Nullable Timestamped<V> get(K key, long asOf);

    /** The newest value of each key that has one, in the order of the keys' bytes. */
    Entries<K, Timestamped<V>> all();

    /**
     * From {@code timestamp} on, until the next change, the key has this value; a change with the same timestamp is replaced.
     *
     * @return {@link Place#NONE} if the timestamp is older than the history and the change was dropped
     */
    Place put(K key, V value, long timestamp);

    /**
     * From {@code timestamp} on, until the next change, the key has no value; a change with the same timestamp is replaced.
     *
     * @return {@link Place#NONE} if the timestamp is older than the history and the change was dropped
     */
    Place delete(K key, long timestamp);

    /** The time from which the history is counted back; {@link Long#MIN_VALUE} before there was any. */
    long streamTime();

    /** Says that time has come so far, though nothing was changed; of a table's store ({@link VersionedTableSpec}), no further than what was put. */
    void advanceTo(long time);
}
