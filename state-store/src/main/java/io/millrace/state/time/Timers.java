package io.millrace.state.time;

import io.millrace.state.Entries;
import org.jspecify.annotations.Nullable;

/**
 * Times that are set for keys, any number for each: a set of both, so that setting the same again changes nothing. They stay until they are
 * cancelled or taken, however old they are. One partition, one thread; sees its own uncommitted changes.
 *
 * <p>All times are milliseconds.
 */
public interface Timers<K> {
    /** Later than every timer: what {@link #next} says when there is none. */
    long NEVER = Long.MAX_VALUE;

    String name();

    /** @throws IllegalArgumentException if the time is negative, or {@link #NEVER} */
    void set(K key, long time);

    /** Has no effect if there is no such timer. */
    void cancel(K key, long time);

    boolean isSet(K key, long time);

    /** The keys and times of the timers up to {@code last}, which is included, in the order of time, then of the keys' bytes. */
    Entries<K, Long> until(long last);

    /** The time of the first timer, or {@link #NEVER}. */
    long next();

    /** Takes the first timer, if its time is not after {@code last}: it is then no longer set. Whoever owns the step's time does this. */
    @Nullable Timer<K> takeUntil(long last);

    /** The time that it was last told, {@link Long#MIN_VALUE} before. */
    long streamTime();

    /** Says that time has come so far. Nothing follows from it but that it is kept. */
    void advanceTo(long time);
}
