package io.millrace.state.time;

import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StagedStore;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreSpec;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Windows in the order of their starts ({@link WindowFormat}). Owned by the partition's thread. */
final class TimeFirstWindowStore<K, V> implements WindowStore<K, V> {
    /** So many are looked for without asking whether there are any. */
    private static final int FEW_WINDOWS = 16;

    private final WindowSpec<K, V> spec;
    private final WindowFormat<K> format;
    private final StreamClock clock;
    private final PutTimes put;
    private final StagedStore<Windowed<K>, V> windows;
    private final StagedStore<Windowed<K>, V> uncached;
    private final ExpirySweep sweep;

    TimeFirstWindowStore(StoreLayer layer, WindowSpec<K, V> spec) {
        this.spec = spec;
        this.format = new WindowFormat<>(spec.keySerde(), spec.sizeMillis());
        // Every start is a bucket of its own: no window stays longer than it is seen.
        this.clock = new StreamClock(layer, spec.retentionMillis(), 1);
        this.put = new PutTimes(layer, clock, spec.isTimeTold());
        this.windows = layer.cached(format, spec.valueSerde());
        this.uncached = layer.uncached(format, spec.valueSerde());
        this.sweep = new ExpirySweep(layer, clock, Tag.BY_TIME, expired -> {});
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public @Nullable V fetch(K key, long start) {
        return clock.isExpired(start) ? null : of(key).get(format.windowed(key, start));
    }

    @Override
    public boolean put(K key, long start, V value) {
        StoreSpec.checkPresent(name(), key, value, "remove(key, start)");
        if (Math.floorMod(start, spec.advanceMillis()) != 0) {
            throw new IllegalArgumentException("No window of store '" + spec.name() + "' begins at " + start
                    + ": they begin at multiples of " + spec.advanceMillis() + " ms");
        }
        if (clock.isExpired(start)) {
            return false;
        }
        put.note(start);
        of(key).put(format.windowed(key, start), value);
        sweep.afterPut();
        return true;
    }

    @Override
    public void remove(K key, long start) {
        if (!clock.isExpired(start)) {
            of(key).delete(format.windowed(key, start));
        }
    }

    @Override
    public Entries<Windowed<K>, V> fetch(K key, long first, long last) {
        return Entries.of((direction, action) -> visit(key, first, last, direction, action));
    }

    @Override
    public Entries<Windowed<K>, V> fetchAll(long first, long last) {
        return Entries.of((direction, action) -> {
            long from = Math.max(first, clock.limit());
            return from > last
                    || scan(WindowFormat.starts(from, last), direction).forEachWhile(action);
        });
    }

    @Override
    public Entries<Windowed<K>, V> fetch(@Nullable K from, @Nullable K to, long first, long last) {
        KeyRange keys = KeyRange.ofKeys(name(), spec.keySerde(), from, to);
        return keys.equals(KeyRange.all())
                ? fetchAll(first, last)
                : Entries.of((direction, action) -> keys.isEmpty() || visit(keys, first, last, direction, action));
    }

    private boolean visit(
            KeyRange keys,
            long first,
            long last,
            ScanDirection direction,
            BiPredicate<? super Windowed<K>, ? super V> action) {
        long least = Math.max(first, clock.limit());
        long greatest = last;
        while (least <= greatest) {
            Windowed<K> next = scan(WindowFormat.starts(least, greatest), direction)
                    .first()
                    .map(Map.Entry::getKey)
                    .orElse(null);
            if (next == null) {
                return true;
            }
            long start = next.start();
            if (!scan(WindowFormat.at(start, keys), direction).forEachWhile(action)) {
                return false;
            }
            if (start == (direction == ScanDirection.FORWARD ? greatest : least)) {
                return true;
            }
            if (direction == ScanDirection.FORWARD) {
                least = start + 1;
            } else {
                greatest = start - 1;
            }
        }
        return true;
    }

    private Entries<Windowed<K>, V> scan(KeyRange range, ScanDirection direction) {
        Entries<Windowed<K>, V> found = windows.range(range);
        return direction == ScanDirection.FORWARD ? found : found.reversed();
    }

    @Override
    public long greatestTime() {
        return put.greatest();
    }

    @Override
    public long streamTime() {
        return clock.streamTime();
    }

    @Override
    public void advanceTo(long time) {
        if (clock.advanceTo(time)) {
            sweep.afterAdvance();
        }
    }

    /** Under an array, which is equal to itself alone, a cached value would be missed when the window changes. */
    private StagedStore<Windowed<K>, V> of(K key) {
        return key.getClass().isArray() ? uncached : windows;
    }

    private boolean visit(
            K key, long first, long last, ScanDirection direction, BiPredicate<? super Windowed<K>, ? super V> action) {
        long advance = spec.advanceMillis();
        long from = Math.max(first, clock.limit());
        long to = TimeRule.floor(Math.min(last, put.greatest()), advance);
        long least = TimeRule.floor(from, advance);
        if (least < from) {
            least = TimeRule.plus(least, advance);
        }
        if (least > to || least < from) {
            return true;
        }
        boolean isForward = direction == ScanDirection.FORWARD;
        long end = isForward ? to : least;
        int missed = 0;
        long start = isForward ? least : to;
        while (true) {
            Windowed<K> window = format.windowed(key, start);
            V value = of(key).get(window);
            missed = value == null ? missed + 1 : 0;
            if (value != null && !action.test(window, value)) {
                return false;
            }
            if (start == end) {
                return true;
            }
            start += isForward ? advance : -advance;
            if (missed == FEW_WINDOWS) {
                missed = 0;
                start = nextOfAny(start, end, isForward);
            }
        }
    }

    /** Of many windows, most may have no entry of any key: what is kept may reach back far, or to no beginning. */
    private long nextOfAny(long next, long end, boolean isForward) {
        KeyRange rest = WindowFormat.starts(Math.min(next, end), Math.max(next, end));
        return scan(rest, isForward ? ScanDirection.FORWARD : ScanDirection.BACKWARD)
                .first()
                .map(entry -> entry.getKey().start())
                .orElse(end);
    }
}
