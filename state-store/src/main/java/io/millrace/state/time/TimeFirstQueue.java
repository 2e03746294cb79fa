package io.millrace.state.time;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StagedStore;
import io.millrace.state.StoreLayer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the order of their times, taken from the front. The keys of the first ones are read ahead, since each scan costs an iterator of RocksDB. At the
 * front RocksDB would walk over everything that was ever taken: so it is known from where on there is anything, exactly as long as this object
 * lives, and to a time in the store (T5). Owned by the partition's thread.
 *
 * @param <E> keys, whose bytes begin with {@link Tag#BY_TIME} and the time
 */
final class TimeFirstQueue<E, V> {
    /** Later than every entry. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int LEAST_AHEAD = 8;
    private static final int MOST_AHEAD = 256;
    private static final BytesView END = new BytesView().wrap(new byte[] {Tag.BY_TIME + 1}, 0, 1);

    private final Serde<E> format;
    private final ToLongFunction<E> timeOf;
    private final StagedStore<E, V> entries;
    private final StagedStore<E, Boolean> keys;
    private final StreamClock clock;
    private final BytesWriter frontWriter = new BytesWriter();

    /** The first keys, in their order, if they are known. */
    private final ArrayDeque<E> ahead = new ArrayDeque<>();

    private boolean isAheadKnown;
    /** There is none behind those that were read ahead. */
    private boolean isAheadAll;

    private int readAhead = LEAST_AHEAD;
    /** The key before which there is nothing, null if it is the store's; and its time. */
    private @Nullable BytesView front;

    private long frontTime;

    TimeFirstQueue(StoreLayer layer, Serde<E> format, ToLongFunction<E> timeOf, Serde<V> valueSerde) {
        this.format = format;
        this.timeOf = timeOf;
        this.entries = layer.uncached(format, valueSerde);
        this.keys = layer.uncached(format, new NothingSerde());
        this.clock = new StreamClock(layer, Long.MAX_VALUE, 1);
        layer.onRollback(() -> {
            front = null;
            forgetAhead();
        });
    }

    void put(E key, V value) {
        long time = timeOf.applyAsLong(key);
        entries.put(key, value);
        if (time < TimerFormat.timeOf(clock.expiredTo())) {
            clock.expiredTo(TimerFormat.from(time));
        }
        if (front != null && time <= frontTime) {
            front = TimerFormat.from(time);
            frontTime = time;
        }
        if (isAheadKnown && !ahead.isEmpty() && time > timeOf.applyAsLong(ahead.getLast())) {
            isAheadAll = false;
        } else {
            forgetAhead();
        }
    }

    void remove(E key) {
        entries.delete(key);
        if (isAheadKnown && !ahead.isEmpty() && timeOf.applyAsLong(key) <= timeOf.applyAsLong(ahead.getLast())) {
            forgetAhead();
        }
    }

    @Nullable V get(E key) {
        return entries.get(key);
    }

    /** Those up to {@code last}, which is included, in the order of their keys' bytes. */
    Entries<E, V> until(long last) {
        return Entries.of((direction, action) -> {
            BytesView end = last == Long.MAX_VALUE ? END : TimerFormat.from(last + 1);
            Entries<E, V> found = entries.range(KeyRange.between(front(), end));
            return (direction == ScanDirection.FORWARD ? found : found.reversed()).forEachWhile(action);
        });
    }

    /** The time of the first entry, or {@link #NEVER}. */
    long next() {
        readAhead();
        E first = ahead.peek();
        return first == null ? NEVER : timeOf.applyAsLong(first);
    }

    /** Takes the first entry, if its time is not after {@code last}. */
    @Nullable E takeUntil(long last) {
        if (next() > last || ahead.isEmpty()) {
            return null;
        }
        E first = ahead.remove();
        entries.delete(first);
        format.write(first, frontWriter.clear());
        front = frontWriter.viewInto(new BytesView()).copy();
        frontTime = timeOf.applyAsLong(first);
        return first;
    }

    /** The first entry's key, or null. */
    @Nullable E first() {
        readAhead();
        return ahead.peek();
    }

    long streamTime() {
        return clock.streamTime();
    }

    void advanceTo(long time) {
        if (clock.advanceTo(time) && front != null) {
            clock.expiredTo(TimerFormat.from(frontTime));
        }
    }

    private BytesView front() {
        BytesView present = front;
        if (present != null) {
            return present;
        }
        return clock.expiredTo().length() == 0 ? TimerFormat.from(Long.MIN_VALUE) : clock.expiredTo();
    }

    private void forgetAhead() {
        ahead.clear();
        isAheadKnown = false;
        readAhead = LEAST_AHEAD;
    }

    private void readAhead() {
        if (isAheadKnown && (isAheadAll || !ahead.isEmpty())) {
            return;
        }
        List<Map.Entry<E, Boolean>> found =
                keys.range(KeyRange.between(front(), END)).limited(readAhead);
        found.forEach(entry -> ahead.add(entry.getKey()));
        isAheadKnown = true;
        isAheadAll = found.size() < readAhead;
        readAhead = Math.min(MOST_AHEAD, 2 * readAhead);
    }
}
