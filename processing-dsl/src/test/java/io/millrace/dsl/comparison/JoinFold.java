package io.millrace.dsl.comparison;

import io.millrace.dsl.JoinKind;
import io.millrace.dsl.JoinWindows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a join of streams is, as plainly as it can be said: each record with all that came before it. Event time is the greatest timestamp of all that
 * came, or the lesser of the two sides' if each is an input of its own.
 */
public final class JoinFold {
    private final JoinKind kind;
    private final JoinWindows windows;
    private final boolean isOneInput;
    private final List<Kept> kept = new ArrayList<>();
    private final List<Written> written = new ArrayList<>();
    private long leftTime = Long.MIN_VALUE;
    private long rightTime = Long.MIN_VALUE;
    private int came;

    /** A record that came in time. */
    private static final class Kept {
        private final boolean isLeft;
        private final Object key;
        private final Object value;
        private final long time;
        private final int number;
        private final long close;
        private boolean isMatched;

        Kept(boolean isLeft, Object key, Object value, long time, int number, long close) {
            this.isLeft = isLeft;
            this.key = key;
            this.value = value;
            this.time = time;
            this.number = number;
            this.close = close;
        }
    }

    public JoinFold(JoinKind kind, JoinWindows windows, boolean isOneInput) {
        this.kind = kind;
        this.windows = windows;
        this.isOneInput = isOneInput;
    }

    public static String joined(@Nullable Object left, @Nullable Object right) {
        return left + "+" + right;
    }

    private long watermark() {
        return isOneInput ? Math.max(leftTime, rightTime) : Math.min(leftTime, rightTime);
    }

    /** Writes pairs to topic "pairs", records that met none to "alone" and late ones to "late". */
    public void add(boolean isLeft, @Nullable Object key, @Nullable Object value, long time) {
        if (isLeft) {
            leftTime = Math.max(leftTime, time);
        } else {
            rightTime = Math.max(rightTime, time);
        }
        if (key == null && value != null && isToldAlone(isLeft)) {
            write("alone", null, alone(isLeft, value), time);
        } else if (key != null && value != null) {
            addWhole(isLeft, key, value, time);
        }
        closeBy(watermark());
    }

    /** Event time goes on for ever. */
    public void closeAll() {
        closeBy(Long.MAX_VALUE);
    }

    private void closeBy(long watermark) {
        kept.sort(Comparator.<Kept>comparingLong(record -> record.close)
                .thenComparing(record -> record.isLeft)
                .thenComparing(record -> record.time)
                .thenComparing(record -> record.number));
        for (Kept record : kept) {
            if (record.close < watermark && !record.isMatched && isToldAlone(record.isLeft)) {
                record.isMatched = true;
                write("alone", record.key, alone(record.isLeft, record.value), record.time);
            }
        }
    }

    private void addWhole(boolean isLeft, Object key, Object value, long time) {
        long ahead = (isLeft ? windows.after() : windows.before())
                .plus(windows.grace())
                .toMillis();
        Kept record = new Kept(isLeft, key, value, time, came++, time + Math.max(0, ahead));
        if (record.close < watermark()) {
            write("late", key, value, time);
            return;
        }
        kept.sort(Comparator.<Kept>comparingLong(other -> other.time).thenComparing(other -> other.number));
        for (Kept other : kept) {
            if (other.isLeft != isLeft && other.key.equals(key) && other.close >= watermark()) {
                long distance = isLeft ? other.time - time : time - other.time;
                if (distance >= -windows.before().toMillis()
                        && distance <= windows.after().toMillis()) {
                    record.isMatched = true;
                    other.isMatched = true;
                    write(
                            "pairs",
                            key,
                            isLeft ? joined(value, other.value) : joined(other.value, value),
                            Math.max(time, other.time));
                }
            }
        }
        kept.add(record);
    }

    private boolean isToldAlone(boolean isLeft) {
        return kind == JoinKind.OUTER || (kind == JoinKind.LEFT && isLeft);
    }

    private static String alone(boolean isLeft, Object value) {
        return isLeft ? joined(value, null) : joined(null, value);
    }

    private void write(String topic, @Nullable Object key, Object value, long time) {
        written.add(new Written(topic, key, value, time));
    }

    public List<Written> written() {
        return written;
    }
}
