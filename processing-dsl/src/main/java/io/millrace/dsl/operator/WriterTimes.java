package io.millrace.dsl.operator;

import java.util.function.ObjLongConsumer;

/**
 * How far an input has come by what its writers say, which are tasks of the same application: to the least of those that are not idle (O13). Its records move nothing,
 * since nobody knows whose they are. Owned by the task's thread.
 *
 * <p>Of a writer that was heard once, silence means nothing: it says itself that it is idle, and one that is behind holds time back as long as it takes. One that was
 * never heard is like an input that never had a record: it holds time back until the timeout has passed.
 */
final class WriterTimes extends InputTime {
    /** What is kept of a writer that is not idle, in the place of the time at which an idle one has something due. */
    private static final long ACTIVE = Long.MIN_VALUE;

    private final Writer[] writers;
    private final long assignedNanos;
    /** When a writer said something last. */
    private long heardNanos;
    /** Of the records, for the clock: writers that wait for others, or are of a program that did not say how far it was, send what is ahead of what they say. */
    private long greatestRecord = Watermarks.UNKNOWN;

    private long greatestRecordBefore = Watermarks.UNKNOWN;
    private long committedRecord = Watermarks.UNKNOWN;
    private long least = Watermarks.UNKNOWN;
    private boolean isPatient = true;

    /** One of them. */
    private static final class Writer {
        final String timeName;
        final String untilName;
        Said said = Said.NOTHING;
        Said committed = Said.NOTHING;

        Writer(String input, int number) {
            timeName = input + "#" + number;
            untilName = timeName + " until";
        }
    }

    /**
     * What a writer has said.
     *
     * @param until {@link #ACTIVE} if it is not idle
     */
    private record Said(boolean isHeard, long time, long until) {
        static final Said NOTHING = new Said(false, Watermarks.UNKNOWN, ACTIVE);

        boolean isIdle() {
            return until != ACTIVE;
        }
    }

    /** @param count of the writers, numbered from 0 */
    WriterTimes(String name, int count, long nowNanos) {
        super(name);
        writers = new Writer[count];
        for (int i = 0; i < count; i++) {
            writers[i] = new Writer(name, i);
        }
        assignedNanos = nowNanos;
        heardNanos = nowNanos;
    }

    /**
     * A writer says how far it has come. One that the plan does not know is of another version of the program, and counts for nothing.
     *
     * @return true if it has something to write now, and had not before
     */
    boolean told(WatermarkFormat.Mark mark, long nowNanos) {
        if (mark.writer() < 0 || mark.writer() >= writers.length) {
            return false;
        }
        Writer writer = writers[mark.writer()];
        boolean wasActive = writer.said.isHeard() && !writer.said.isIdle();
        // It may be a new one in its place, which has not come so far yet.
        long time = Math.max(writer.said.time(), mark.watermark());
        writer.said = new Said(true, time, mark.isIdle() ? Math.max(mark.until(), ACTIVE + 1) : ACTIVE);
        heardNanos = nowNanos;
        findLeast();
        if (wasActive || mark.isIdle()) {
            return false;
        }
        setIdle(false);
        return true;
    }

    private void findLeast() {
        long found = Long.MAX_VALUE;
        boolean isAny = false;
        for (Writer writer : writers) {
            if (!isSilent(writer)) {
                isAny = true;
                found = Math.min(found, writer.said.time());
            }
        }
        least = isAny ? found : greatest();
    }

    /** It holds nothing back. */
    private boolean isSilent(Writer writer) {
        return writer.said.isHeard() ? writer.said.isIdle() : !isPatient;
    }

    @Override
    long reached() {
        return least;
    }

    @Override
    long greatest() {
        long greatest = greatestRecord;
        for (Writer writer : writers) {
            greatest = Math.max(greatest, writer.said.time());
        }
        return greatest;
    }

    @Override
    long until() {
        long until = Watermarks.NEVER;
        for (Writer writer : writers) {
            if (writer.said.isIdle()) {
                until = Math.min(until, writer.said.until());
            }
        }
        return until;
    }

    @Override
    boolean advance(long timestamp) {
        greatestRecordBefore = greatestRecord;
        greatestRecord = Math.max(greatestRecord, timestamp);
        return false;
    }

    @Override
    void undo() {
        greatestRecord = greatestRecordBefore;
    }

    /** Only what the writers say counts. */
    @Override
    void came(long nowNanos) {}

    @Override
    boolean isIdleAt(long nowNanos, boolean lags, IdleRule rule) {
        if (isPatient && !lags && rule.isOver(assignedNanos, nowNanos)) {
            isPatient = false;
            findLeast();
        }
        if (lags) {
            return false;
        }
        for (Writer writer : writers) {
            if (!isSilent(writer)) {
                return false;
            }
        }
        return true;
    }

    @Override
    long nanosUntilIdle(long nowNanos, IdleRule rule) {
        return isPatient && hasUnheard() && !isLagging() ? rule.left(assignedNanos, nowNanos) : Long.MAX_VALUE;
    }

    private boolean hasUnheard() {
        for (Writer writer : writers) {
            if (!writer.said.isHeard()) {
                return true;
            }
        }
        return false;
    }

    /** What an idle writer says goes on with the clock from when it was said: its own timeout is over. */
    @Override
    long sinceNanos(IdleRule rule) {
        return hasUnheard() ? IdleRule.later(heardNanos, assignedNanos + rule.nanos()) : heardNanos;
    }

    /** That a writer was heard, and whether and until when it is idle, so that it need not say that again; and where it is ahead, or a record was, how far. */
    @Override
    void forEachKept(long watermark, ObjLongConsumer<String> action) {
        if (greatestRecord > watermark) {
            action.accept(name(), greatestRecord);
        }
        for (Writer writer : writers) {
            Said said = writer.said;
            if (said.isHeard()) {
                action.accept(writer.untilName, said.until());
                if (said.time() > watermark) {
                    action.accept(writer.timeName, said.time());
                }
            }
        }
    }

    @Override
    void resume(String keptName, long value) {
        if (keptName.equals(name())) {
            greatestRecord = Math.max(greatestRecord, value);
            committedRecord = greatestRecord;
        }
        for (Writer writer : writers) {
            Said said = writer.said;
            if (keptName.equals(writer.untilName)) {
                writer.said = new Said(true, said.time(), value);
            } else if (keptName.equals(writer.timeName)) {
                writer.said = new Said(said.isHeard(), Math.max(said.time(), value), said.until());
            }
            writer.committed = writer.said;
        }
        findLeast();
    }

    @Override
    void committed() {
        committedRecord = greatestRecord;
        for (Writer writer : writers) {
            writer.committed = writer.said;
        }
    }

    @Override
    void rolledBack() {
        greatestRecord = committedRecord;
        for (Writer writer : writers) {
            writer.said = writer.committed;
        }
        findLeast();
    }
}
