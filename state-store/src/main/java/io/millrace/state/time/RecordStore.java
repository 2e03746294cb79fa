package io.millrace.state.time;

import io.millrace.state.Entries;

/**
 * Records by key and time, several of one key and time included: what a join looks into. Kept for the retention in stream time, which is the
 * greatest time that was put; older ones are neither seen nor accepted. One partition, one thread; sees its own uncommitted changes.
 */
public interface RecordStore<K, V> {
    String name();

    /**
     * Puts a record; one of the same key, time and sequence is replaced.
     *
     * @param sequence tells records of one key and time apart, and is the same when the record is processed again: the record's offset, for
     *     example
     * @return false if the record is older than the retention and was dropped
     */
    boolean put(K key, long time, long sequence, V value);

    void remove(K key, long time, long sequence);

    /** The records of a key from the first time to the last, both included, in the order of their times. A scan for each quarter of the retention. */
    Entries<TimedKey<K>, V> fetch(K key, long first, long last);

    /** The records of all keys from the first time to the last, both included; those of a key in the order of their times. */
    Entries<TimedKey<K>, V> fetchAll(long first, long last);

    /** The greatest time that was put, or given to {@link #advanceTo}; {@link Long#MIN_VALUE} before that. */
    long streamTime();

    /** Says that time has come so far, though no record was put. */
    void advanceTo(long time);
}
