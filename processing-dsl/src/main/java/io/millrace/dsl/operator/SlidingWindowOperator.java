package io.millrace.dsl.operator;

import io.millrace.dsl.WindowStep;
import io.millrace.state.Timestamped;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.TimedKey;
import io.millrace.state.time.Windowed;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one value per key and window that slides along with the records, and tells of each change, or of each window once when it closes. Which windows
 * there are follows KIP-450: of each record the one that ends with it, and the one that begins behind it if that has any record. What a new window begins
 * with is found in the windows beside it.
 *
 * <p>Closed is closed as in {@link TimeWindowOperator}. A closed window stays for a while, for those that are made from it. The store goes by the
 * watermark. If windows are told of once, the time of the closings is the greatest timestamp that came.
 */
final class SlidingWindowOperator implements WindowOperator {
    private static final int MOST_AT_ONCE = 64;

    private final String name;
    private final long differenceMillis;
    /** From the start of a window until it closes. */
    private final long closeMillis;

    private final RecordStore<Object, Timestamped<Object>> store;
    private final Closings<Windowed<Object>> closings;
    private final Operator next;
    private final List<Input> inputs;

    SlidingWindowOperator(
            WindowStep.OverSlides step,
            RecordStore<Object, Timestamped<Object>> store,
            Closings<Windowed<Object>> closings,
            Operator next,
            List<Input> inputs) {
        this.name = step.store().name();
        this.differenceMillis = step.differenceMillis();
        this.closeMillis = differenceMillis + 1 + step.graceMillis();
        this.store = store;
        this.closings = closings;
        this.next = next;
        this.inputs = inputs;
    }

    /** Where a window is in the store: there is one for each start. */
    static TimedKey<Object> place(Object key, long start) {
        return new TimedKey<>(key, start, 0);
    }

    @Override
    public List<Input> inputs() {
        return inputs;
    }

    @Override
    public boolean add(WindowStep.Fold fold, Object key, Object value, RecordContext context) {
        advanceTo(context);
        long lastClosed = context.watermarkLess(closeMillis);
        if (context.timestamp() <= lastClosed) {
            return false;
        }
        Insertion record = new Insertion(fold, key, value, lastClosed, context);
        record.insert();
        return !record.hasMissed;
    }

    private void advanceTo(RecordContext context) {
        if (closings.areToldOf()) {
            closings.advanceTo(context.timestamp());
        } else {
            store.advanceTo(context.settledWatermark());
        }
    }

    private Windowed<Object> window(Object key, long start) {
        long end = start + differenceMillis + 1;
        return new Windowed<>(key, start, end < start ? Long.MAX_VALUE : end);
    }

    private long closeOf(long start) {
        long close = start + closeMillis;
        return close < start || close == NEVER ? NEVER - 1 : close;
    }

    /** A record on its way into its windows. */
    private final class Insertion {
        private final WindowStep.Fold fold;
        private final Object key;
        private final Object value;
        private final long time;
        private final long lastClosed;
        private final RecordContext context;
        /** Of the windows that were there: their starts alone, for there may be many. */
        private final Set<Long> starts = new HashSet<>();
        /** The one of those with the record that begins last: what it has behind the record is what the window behind the record begins with. */
        private @Nullable Timestamped<Object> around;
        /** The one that ends with the record, or at the beginning of time the one that begins there. */
        private @Nullable Timestamped<Object> left;
        /** The one that ends last before the record. */
        private @Nullable Timestamped<Object> before;
        /** The last record before this one, as far as its windows know; -1 if none. */
        private long previous = -1;
        /** Whether a window that the record belongs to has closed. */
        private boolean hasMissed;

        Insertion(WindowStep.Fold fold, Object key, Object value, long lastClosed, RecordContext context) {
            this.fold = fold;
            this.key = key;
            this.value = value;
            this.time = context.timestamp();
            this.lastClosed = lastClosed;
            this.context = context;
        }

        void insert() {
            boolean isEarly = time < differenceMillis;
            if (!visitAll(isEarly)) {
                return;
            }
            if (isEarly) {
                insertEarly();
                return;
            }
            if (previous >= 0 && previous + 1 + differenceMillis >= time) {
                makeBehindPrevious();
            }
            long start = time - differenceMillis;
            // The one behind the record before may be the same.
            if (left == null && starts.add(start)) {
                Timestamped<Object> base = previous >= start ? before : null;
                change(start, null, StoredTable.valueOf(base));
            }
            makeBehind(around);
        }

        /** The window that begins in 1970 is that of all records of the first time difference, in the place of those that end with them. */
        private void insertEarly() {
            makeBehind(around == null ? left : around);
            if (previous >= 0) {
                makeBehindPrevious();
            }
            change(0, left, StoredTable.valueOf(left));
        }

        /**
         * Looks at the windows with the record and beside it, the last one first, and changes those with it.
         *
         * @return false if there was a record of the same moment, which has made all windows that there can be
         */
        private boolean visitAll(boolean isEarly) {
            long first = Math.max(0, time - 2 * differenceMillis);
            long last = Math.max(time, time + 1);
            while (last >= first) {
                // Changing one changes the store, and none can be changed while it is read.
                List<Map.Entry<TimedKey<Object>, Timestamped<Object>>> found =
                        store.fetch(key, first, last).reversed().limited(MOST_AT_ONCE);
                for (Map.Entry<TimedKey<Object>, Timestamped<Object>> entry : found) {
                    long start = entry.getKey().time();
                    starts.add(start);
                    if (isEarly) {
                        visitEarly(start, entry.getValue());
                    } else if (start < time - differenceMillis) {
                        before = entry.getValue();
                        previous = before.timestamp();
                        return true;
                    } else if (!visit(start, entry.getValue())) {
                        return false;
                    }
                }
                last = found.size() < MOST_AT_ONCE
                        ? -1
                        : found.get(found.size() - 1).getKey().time() - 1;
            }
            return true;
        }

        private boolean visit(long start, Timestamped<Object> stored) {
            if (start > time) {
                return true;
            }
            change(start, stored, stored.value());
            if (start > time - differenceMillis) {
                around = around == null ? stored : around;
                return true;
            }
            left = stored;
            previous = stored.timestamp();
            return previous < time;
        }

        private void visitEarly(long start, Timestamped<Object> stored) {
            if (start == 0) {
                left = stored;
                previous = stored.timestamp() < time ? stored.timestamp() : -1;
            } else if (start <= time) {
                around = around == null ? stored : around;
                change(start, stored, stored.value());
            }
        }

        /** The window behind the record before this one, of which this one is the first. */
        private void makeBehindPrevious() {
            if (starts.add(previous + 1)) {
                change(previous + 1, null, null);
            }
        }

        /** The window behind this record, if there are any in it. */
        private void makeBehind(@Nullable Timestamped<Object> others) {
            if (others != null && others.timestamp() > time && !starts.contains(time + 1)) {
                write(time + 1, null, others.value(), others.timestamp());
            }
        }

        /**
         * Adds the record to a window.
         *
         * @param base the value that it is added to, null for none
         */
        private void change(long start, @Nullable Timestamped<Object> stored, @Nullable Object base) {
            if (start <= lastClosed) {
                hasMissed = true;
            } else {
                write(start, stored, fold.add(key, value, base), StoredTable.later(stored, time));
            }
        }

        private void write(long start, @Nullable Timestamped<Object> stored, @Nullable Object after, long timestamp) {
            if (after != null) {
                store.put(key, start, 0, new Timestamped<>(after, timestamp));
            } else if (stored != null) {
                store.remove(key, start, 0);
            }
            if (!closings.areToldOf()) {
                context.change(next, window(key, start), StoredTable.valueOf(stored), after, timestamp);
            } else if (stored == null) {
                closings.set(window(key, start), closeOf(start), context);
            }
        }
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
        closings.takeUntil(watermark, (window, close) -> {
            Timestamped<Object> value = store.get(place(window.key(), window.start()));
            if (value != null) {
                context.begin(window, close);
                context.change(next, window, null, value.value(), value.timestamp());
            }
        });
    }

    @Override
    public long keptWatermark() {
        return store.streamTime();
    }

    @Override
    public String place() {
        return store.name();
    }

    @Override
    public void keepWatermark(long watermark) {
        store.advanceTo(Math.min(watermark, closings.next() - 1));
    }
}
