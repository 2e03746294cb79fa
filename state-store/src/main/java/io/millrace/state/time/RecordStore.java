package io.millrace.state.time;

import io.millrace.state.Entries;
import org.jspecify.annotations.Nullable;

/**
 * Records by key and time, several of one key and time included: what a join looks into. Kept for the retention in stream time, which is the
 * greatest time that was put or told ({@link RecordSpec}), or the greatest that was told alone ({@link RecordBufferSpec}); older ones are neither
 * seen nor accepted. One partition, one thread; sees its own uncommitted changes.
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

    /**
     * Puts a record with a sequence of the store's own, greater than all it gave before: those of one key and time are in the order of their coming.
     * A store takes its sequences from one of the two, the caller or itself.
     *
     * @return where it is; null if it is older than the retention and was dropped
     */
    @Nullable TimedKey<K> add(K key, long time, V value);

    /** The record at this place, or null. */
    @Nullable V get(TimedKey<K> record);

    void remove(K key, long time, long sequence);

    /** The records of a key from the first time to the last, both included, in the order of their times. A scan for each quarter of the retention. */
    Entries<TimedKey<K>, V> fetch(K key, long first, long last);

    /** Of the records of its key those behind {@code record}, up to the last time, which is included: how a long row is read in pieces. */
    Entries<TimedKey<K>, V> fetchAfter(TimedKey<K> record, long last);

    /** The records of all keys from the first time to the last, both included; those of a key in the order of their times. */
    Entries<TimedKey<K>, V> fetchAll(long first, long last);

    /** The greatest time of all records that were put, expired ones included, or of what was told if that is later and counts as much. */
    long greatestTime();

    /** The time that the store goes by; {@link Long#MIN_VALUE} before there was any. */
    long streamTime();

    /** Says that time has come so far, though no record was put. */
    void advanceTo(long time);
}
