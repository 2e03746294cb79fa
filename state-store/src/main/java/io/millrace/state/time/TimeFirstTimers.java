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
import org.jspecify.annotations.Nullable;

/**
 * Timers in the order of their times ({@link TimerFormat}). The first ones are read ahead, since each scan costs an iterator of RocksDB. They
 * are taken from the front, where RocksDB would walk over everything that was ever taken: so it is known from where on there is
 * anything, exactly as long as this object lives, and to a time in the store (T5). Owned by the partition's thread.
 */
final class TimeFirstTimers<K> implements Timers<K> {
    private static final int LEAST_AHEAD = 8;
    private static final int MOST_AHEAD = 256;
    private static final BytesView END = new BytesView().wrap(new byte[] {Tag.BY_TIME + 1}, 0, 1);

    private final TimerSpec<K> spec;
    private final TimerFormat<K> format;
    private final StagedStore<Timer<K>, Boolean> timers;
    private final StreamClock clock;
    private final BytesWriter frontWriter = new BytesWriter();

    /** The first timers, in their order, if they are known. */
    private final ArrayDeque<Timer<K>> ahead = new ArrayDeque<>();

    private boolean isAheadKnown;
    /** There is none behind those that were read ahead. */
    private boolean isAheadAll;

    private int readAhead = LEAST_AHEAD;
    /** The key before which there is nothing, null if it is the store's; and its time. */
    private @Nullable BytesView front;

    private long frontTime;

    TimeFirstTimers(StoreLayer layer, TimerSpec<K> spec) {
        this.spec = spec;
        this.format = new TimerFormat<>(spec.keySerde());
        this.timers = layer.uncached(format, new NothingSerde());
        this.clock = new StreamClock(layer, Long.MAX_VALUE, 1);
        layer.onRollback(() -> {
            front = null;
            forgetAhead();
        });
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public void set(K key, long time) {
        if (time < 0 || time == NEVER) {
            throw new IllegalArgumentException("A timer of store '" + spec.name()
                    + "' is set to milliseconds since the epoch, 0 or more and less than Long.MAX_VALUE, got " + time);
        }
        timers.put(new Timer<>(key, time), true);
        if (time < TimerFormat.timeOf(clock.expiredTo())) {
            clock.expiredTo(TimerFormat.from(time));
        }
        if (front != null && time <= frontTime) {
            front = TimerFormat.from(time);
            frontTime = time;
        }
        if (isAheadKnown && !ahead.isEmpty() && time > ahead.getLast().time()) {
            isAheadAll = false;
        } else {
            forgetAhead();
        }
    }

    @Override
    public void cancel(K key, long time) {
        timers.delete(new Timer<>(key, time));
        if (isAheadKnown && !ahead.isEmpty() && time <= ahead.getLast().time()) {
            forgetAhead();
        }
    }

    @Override
    public boolean isSet(K key, long time) {
        return timers.get(new Timer<>(key, time)) != null;
    }

    @Override
    public Entries<K, Long> until(long last) {
        return Entries.of((direction, action) -> {
            BytesView end = last == Long.MAX_VALUE ? END : TimerFormat.from(last + 1);
            Entries<Timer<K>, Boolean> found = timers.range(KeyRange.between(front(), end));
            return (direction == ScanDirection.FORWARD ? found : found.reversed())
                    .forEachWhile((timer, nothing) -> action.test(timer.key(), timer.time()));
        });
    }

    @Override
    public long next() {
        readAhead();
        Timer<K> first = ahead.peek();
        return first == null ? NEVER : first.time();
    }

    @Override
    public @Nullable Timer<K> takeUntil(long last) {
        if (next() > last || ahead.isEmpty()) {
            return null;
        }
        Timer<K> first = ahead.remove();
        timers.delete(first);
        format.write(first, frontWriter.clear());
        front = frontWriter.viewInto(new BytesView()).copy();
        frontTime = first.time();
        return first;
    }

    @Override
    public long streamTime() {
        return clock.streamTime();
    }

    @Override
    public void advanceTo(long time) {
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
        List<Map.Entry<Timer<K>, Boolean>> found =
                timers.range(KeyRange.between(front(), END)).limited(readAhead);
        found.forEach(entry -> ahead.add(entry.getKey()));
        isAheadKnown = true;
        isAheadAll = found.size() < readAhead;
        readAhead = Math.min(MOST_AHEAD, 2 * readAhead);
    }

    private static final class NothingSerde implements Serde<Boolean> {
        @Override
        public void write(Boolean value, BytesWriter out) {
            // That the key is there is all.
        }

        @Override
        public Boolean read(BytesView in) {
            return true;
        }

        @Override
        public String name() {
            return "nothing";
        }
    }
}
