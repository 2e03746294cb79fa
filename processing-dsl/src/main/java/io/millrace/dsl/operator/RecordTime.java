package io.millrace.dsl.operator;

import java.util.function.ObjLongConsumer;

/** How far an input has come by its records: to the greatest timestamp. Owned by the task's thread. */
final class RecordTime extends InputTime {
    private long greatest = Watermarks.UNKNOWN;
    private long committed = Watermarks.UNKNOWN;
    private long greatestBefore = Watermarks.UNKNOWN;
    private boolean wasIdle;
    /** When its last record came, or else when it was assigned. */
    private long lastNanos;

    RecordTime(String name, long nowNanos) {
        super(name);
        lastNanos = nowNanos;
    }

    @Override
    long reached() {
        return greatest;
    }

    @Override
    long greatest() {
        return greatest;
    }

    @Override
    long until() {
        return Watermarks.NEVER;
    }

    @Override
    boolean advance(long timestamp) {
        greatestBefore = greatest;
        wasIdle = isIdle();
        setIdle(false);
        if (timestamp <= greatest) {
            return false;
        }
        greatest = timestamp;
        return true;
    }

    @Override
    void undo() {
        greatest = greatestBefore;
        setIdle(wasIdle);
    }

    @Override
    void came(long nowNanos) {
        lastNanos = nowNanos;
    }

    @Override
    boolean isIdleAt(long nowNanos, boolean lags, IdleRule rule) {
        return !lags && rule.isOver(lastNanos, nowNanos);
    }

    @Override
    long nanosUntilIdle(long nowNanos, IdleRule rule) {
        return isLagging() ? Long.MAX_VALUE : rule.left(lastNanos, nowNanos);
    }

    @Override
    long sinceNanos(IdleRule rule) {
        return lastNanos + rule.nanos();
    }

    /** One that is not ahead holds time back where it is, as one of which nothing is known does. */
    @Override
    void forEachKept(long watermark, ObjLongConsumer<String> action) {
        if (greatest > watermark) {
            action.accept(name(), greatest);
        }
    }

    @Override
    void resume(String keptName, long value) {
        if (keptName.equals(name())) {
            greatest = Math.max(greatest, value);
            committed = Math.max(committed, value);
        }
    }

    @Override
    void committed() {
        committed = greatest;
    }

    @Override
    void rolledBack() {
        greatest = committed;
    }
}
