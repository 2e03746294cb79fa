package io.millrace.dsl.operator;

import io.millrace.dsl.WindowStep;
import io.millrace.state.Timestamped;
import io.millrace.state.time.WindowStore;
import io.millrace.state.time.Windowed;
import java.util.List;
import java.util.Map;

/**
 * Keeps one value per key and window of a fixed size. It tells of each change, or of each window once: then when the watermark reaches the close
 * of a window, its values are told and removed, in one transaction, so that no window is told twice; or they stay for the retention, which it is not told of.
 *
 * <p>A window is closed by the watermark alone (O10), which its stores keep ({@link WindowTime}).
 */
final class TimeWindowOperator implements WindowOperator {
    private final String name;
    private final long sizeMillis;
    private final long advanceMillis;
    /** From the start of a window until it closes. */
    private final long closeMillis;

    private final WindowStore<Object, Timestamped<Object>> store;
    private final Closings<Long> closings;
    private final Operator next;
    private final List<Input> inputs;
    private final WindowTime time;

    /** @param closings of the starts of windows */
    TimeWindowOperator(
            WindowStep.OverTime step,
            WindowStore<Object, Timestamped<Object>> store,
            Closings<Long> closings,
            Operator next,
            List<Input> inputs) {
        this.name = step.store().name();
        this.sizeMillis = step.store().sizeMillis();
        this.advanceMillis = step.store().advanceMillis();
        this.closeMillis = sizeMillis + step.graceMillis();
        this.store = store;
        this.closings = closings;
        this.next = next;
        this.inputs = inputs;
        this.time = WindowTime.of(closings, store, step.store().isTimeTold());
    }

    @Override
    public List<Input> inputs() {
        return inputs;
    }

    @Override
    public boolean add(WindowStep.Fold fold, Object key, Object value, RecordContext context) {
        long timestamp = context.timestamp();
        time.came(context);
        long lastClosed = context.watermarkLess(closeMillis);
        boolean isInTime = true;
        // No window begins before 1970, and none behind the last time that there is.
        long first = Math.max(0, timestamp - sizeMillis + advanceMillis) / advanceMillis * advanceMillis;
        for (long start = first; start <= timestamp && start >= first; start += advanceMillis) {
            if (start <= lastClosed) {
                isInTime = false;
            } else {
                put(fold, key, value, start, context);
            }
        }
        return isInTime;
    }

    private void put(WindowStep.Fold fold, Object key, Object value, long start, RecordContext context) {
        Timestamped<Object> stored = store.fetch(key, start);
        Object before = StoredTable.valueOf(stored);
        Object after = fold.add(key, value, before);
        long timestamp = StoredTable.later(stored, context.timestamp());
        if (after != null) {
            store.put(key, start, new Timestamped<>(after, timestamp));
        } else if (stored != null) {
            store.remove(key, start);
        }
        if (!closings.areToldOf()) {
            long end = start + sizeMillis;
            Windowed<Object> window = new Windowed<>(key, start, end < start ? Long.MAX_VALUE : end);
            context.change(next, window, before, after, timestamp);
        } else if (stored == null) {
            closings.set(start, closeOf(start), context);
        }
    }

    private long closeOf(long start) {
        long close = start + closeMillis;
        return close < start || close == NEVER ? NEVER - 1 : close;
    }

    // --- windows that close

    @Override
    public String name() {
        return name;
    }

    @Override
    public long nextEventTime() {
        return closings.next();
    }

    @Override
    public void onEventTime(long watermark, RecordContext context) {
        closings.takeUntil(watermark, (start, close) -> tellAll(start, close, context));
        time.told(watermark);
    }

    private void tellAll(long start, long close, RecordContext context) {
        for (Map.Entry<Windowed<Object>, Timestamped<Object>> entry :
                store.fetchAll(start, start).toList()) {
            Windowed<Object> window = entry.getKey();
            Timestamped<Object> value = entry.getValue();
            context.begin(window, close);
            if (!time.keepsTold()) {
                store.remove(window.key(), start);
            }
            context.change(next, window, null, value.value(), value.timestamp());
        }
    }

    @Override
    public long keptWatermark() {
        return time.keptWatermark();
    }

    @Override
    public String place() {
        return store.name();
    }

    @Override
    public void keepWatermark(long watermark) {
        time.keep(watermark);
    }
}
