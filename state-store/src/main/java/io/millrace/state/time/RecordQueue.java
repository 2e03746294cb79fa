package io.millrace.state.time;

import io.millrace.state.Entries;
import org.jspecify.annotations.Nullable;

/**
 * Records that wait for their time and are taken in its order, those of one time in the order of their coming. They stay until they are taken,
 * however old they are. One partition, one thread; sees its own uncommitted changes.
 *
 * <p>All times are milliseconds.
 */
public interface RecordQueue<K, V> {
    /** Later than every record: what {@link #next} says when there is none. */
    long NEVER = TimeFirstQueue.NEVER;

    /** A record that waited. */
    record Waiting<K, V>(K key, long time, V value) {}

    String name();

    /** @throws IllegalArgumentException if the time is negative, or {@link #NEVER} */
    void add(K key, long time, V value);

    /** The time of the first record, or {@link #NEVER}. */
    long next();

    /** Takes the first record, if its time is not after {@code last}. */
    @Nullable Waiting<K, V> takeUntil(long last);

    /** The records up to {@code last}, which is included, in their order. */
    Entries<TimedKey<K>, V> until(long last);

    /** The greatest time of all records that were added, those that were taken included; {@link Long#MIN_VALUE} if there was none. */
    long greatestTime();

    /** The time that it was last told, {@link Long#MIN_VALUE} before. */
    long streamTime();

    /** Says that time has come so far. Nothing follows from it but that it is kept. */
    void advanceTo(long time);
}
