package io.millrace.dsl.runtime;

import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.Step;
import io.millrace.dsl.operator.SourceOperator;
import io.millrace.dsl.operator.WatermarkFormat;
import io.millrace.dsl.plan.SubTopology;
import io.millrace.dsl.plan.SubTopology.TableUse;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One partition that a task reads. Owned by the loop. */
final class TaskInput {
    /** Beyond every record's time: nothing else is to come between its records. */
    static final long ALONE = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(TaskInput.class);
    private static final long NONE = -1;
    /** Of a record that is to be tried again after a rest. */
    private static final int LATER = -1;
    /** A poll may return tens of thousands of records, and each may take long or stage much; so few may come after the limits are reached. */
    private static final int RECORDS_BETWEEN_LOOKS = 16;

    private final TopicPartition topicPartition;
    private final StreamTask task;
    private final int number;
    private final boolean hasMarks;
    private final int step;
    private final TableUse tableUse;
    private final String place;
    private final long initialPosition;
    private int order;
    private long consumedOffset = NONE;
    private long oldestTimestamp = Long.MAX_VALUE;
    /** What the last poll brought, as long as that is being processed; null if it brought nothing. */
    private @Nullable RecordCursor cursor;

    private @Nullable SourceOperator source;
    private long nextTime;
    /** Records at or behind the last commit that have failed, by offset: after an abort their policy's decision is carried out. */
    private final SortedMap<Long, FailedRecord> failures = new TreeMap<>();

    /** @param initialPosition where to begin as long as nothing is committed */
    TaskInput(TopicPartition topicPartition, StreamTask task, long initialPosition) {
        this.topicPartition = topicPartition;
        this.task = task;
        this.number = task.inputNumber(topicPartition.topic());
        SubTopology subTopology = task.subTopology();
        Step.Source read = Objects.requireNonNull(subTopology.sourceOf(topicPartition.topic()));
        this.hasMarks = task.isOwn(read.topic());
        this.step = read.id();
        this.tableUse = subTopology.tableUseBehind(subTopology.step(step));
        this.place = task.place() + ", at the record of " + topicPartition;
        this.initialPosition = initialPosition;
    }

    TopicPartition topicPartition() {
        return topicPartition;
    }

    StreamTask task() {
        return task;
    }

    /** Which of the task's inputs it is. */
    int number() {
        return number;
    }

    /** The step that reads it. */
    int step() {
        return step;
    }

    TableUse tableUse() {
        return tableUse;
    }

    /** Says which of the task's inputs is before which where their records are of one time. */
    void standAt(int value) {
        order = value;
    }

    long initialPosition() {
        return initialPosition;
    }

    boolean hasConsumed() {
        return consumedOffset != NONE;
    }

    /** The offset to commit; meaningless unless {@link #hasConsumed}. */
    long consumedOffset() {
        return consumedOffset;
    }

    /** Of the records that the open transaction consumed; {@link Long#MAX_VALUE} if there are none. */
    long oldestTimestamp() {
        return oldestTimestamp;
    }

    /** What was consumed is committed. */
    void committed() {
        failures.headMap(consumedOffset).clear();
        consumedOffset = NONE;
        oldestTimestamp = Long.MAX_VALUE;
    }

    /** What was consumed will come again. */
    void rolledBack() {
        consumedOffset = NONE;
        oldestTimestamp = Long.MAX_VALUE;
    }

    // --- what was polled

    /** Takes what a poll has brought, null if nothing. */
    void polled(@Nullable RecordCursor fetched) {
        cursor = fetched;
        source = fetched == null ? null : task.source(topicPartition.topic());
    }

    boolean isPolled() {
        return cursor != null;
    }

    /**
     * Looks at the record that comes next, to put it among those of the others.
     *
     * @return false if there is none but for another poll
     */
    boolean look() {
        LogRecord next = cursor().peek();
        if (next == null) {
            return false;
        }
        if (hasMarks && WatermarkFormat.isMark(next)) {
            // Nothing waits for it, and it waits for nothing: what others bring is not late because it is known how far
            // this one is.
            nextTime = Long.MIN_VALUE;
            return true;
        }
        try {
            nextTime = source().timeOf(next);
        } catch (Throwable e) {
            if (!Blame.isOfRecord(e)) {
                task.whereabouts().at(next.offset());
                throw e;
            }
            // It fails again when it is its turn, by its own timestamp, and its error policy decides.
            nextTime = next.timestamp();
        }
        return true;
    }

    /** Which one's next record comes first, as of the last looks. */
    int compareNext(TaskInput that) {
        return nextTime == that.nextTime ? Integer.compare(order, that.order) : Long.compare(nextTime, that.nextTime);
    }

    /** Up to which time this one's records come before the next one of another, as of that one's last look. */
    long timeBefore(@Nullable TaskInput other) {
        if (other == null) {
            return ALONE;
        }
        return order < other.order ? other.nextTime : other.nextTime - 1;
    }

    private RecordCursor cursor() {
        return Objects.requireNonNull(cursor, "nothing was polled");
    }

    private SourceOperator source() {
        return Objects.requireNonNull(source, "nothing was polled");
    }

    /**
     * Runs what was polled through the task, up to a record that happened later than {@code through}.
     *
     * @param isCommitDue asked every {@value #RECORDS_BETWEEN_LOOKS} records, whether the transaction has taken enough
     * @return false if that is so, or the transaction is full, or the task rests: then nothing else of the poll is processed either
     */
    boolean process(long through, long nowNanos, LogConsumer consumer, BooleanSupplier isCommitDue) {
        RecordCursor records = cursor();
        SourceOperator reader = source();
        LoopTransaction transaction = task.transaction();
        Whereabouts whereabouts = task.whereabouts();
        whereabouts.enter(place);
        boolean isAny = false;
        boolean isAnyRecord = false;
        boolean makesCalls = task.makesCalls();
        boolean isEnough = transaction.isFull() || whereabouts.isEnding();
        while (!isEnough && (through == ALONE || (look() && nextTime <= through)) && records.next()) {
            LogRecord record = records.record();
            whereabouts.at(record.offset());
            boolean isMark = hasMarks && WatermarkFormat.isMark(record);
            if (isMark) {
                transaction.tookMark();
                task.timers().told(number, WatermarkFormat.read(record), nowNanos);
            } else if (!process(record, reader)) {
                consumer.seek(topicPartition, record.offset());
                isEnough = true;
                continue;
            }
            isAny = true;
            isAnyRecord |= !isMark;
            isEnough = (makesCalls && task.isFullOfCalls())
                    || transaction.isFull()
                    || whereabouts.isEnding()
                    || (transaction.taken() % RECORDS_BETWEEN_LOOKS == 0 && isCommitDue.getAsBoolean());
        }
        whereabouts.leave();
        if (isAny) {
            consumedOffset = records.position();
        }
        if (isAnyRecord) {
            task.timers().came(number, nowNanos);
        }
        return !isEnough;
    }

    /** @return false if it is to be tried again later */
    private boolean process(LogRecord record, SourceOperator reader) {
        task.transaction().takes();
        int bytes = take(record, reader);
        if (bytes == LATER) {
            return false;
        }
        oldestTimestamp = Math.min(oldestTimestamp, record.timestamp());
        task.transaction().took(bytes);
        task.timers().afterRecord();
        return true;
    }

    /** @return the bytes of its key and value, as far as they were read, or {@link #LATER} */
    private int take(LogRecord record, SourceOperator reader) {
        try {
            return failures.isEmpty() || !settleAgain(record) ? reader.process(record) : 0;
        } catch (Throwable e) {
            // Of every kind: code in other languages, and generated code, throws checked ones undeclared.
            if (!Blame.isOfRecord(e) || task.whereabouts().isCutOff()) {
                throw e;
            }
            return settle(reader, record, e) ? 0 : LATER;
        }
    }

    /**
     * Carries out what was decided about a record before its transaction was aborted.
     *
     * @return false if it is to be processed
     */
    private boolean settleAgain(LogRecord record) {
        FailedRecord before = failures.get(record.offset());
        if (before == null || before.decision() instanceof FailureRule.Decision.TryAgain) {
            return false;
        }
        task.settle(before, record);
        return true;
    }

    /**
     * Does what the policy says about a failed attempt.
     *
     * @return false if the record is to be tried again later
     */
    private boolean settle(SourceOperator source, LogRecord record, Throwable error) {
        FailedRecord failed = judge(source, record, error);
        if (task.hasEffects()) {
            throw new ReprocessException(named(record), error);
        }
        if (failed.decision() instanceof FailureRule.Decision.TryAgain) {
            return false;
        }
        task.settle(failed, record);
        return true;
    }

    /**
     * Has the policy decide about a record of the open transaction that has failed after others came: in an answer to a call.
     *
     * @return what to throw: the transaction is aborted, and when the record comes again, the decision is carried out
     */
    ReprocessException failedLater(LogRecord record, Throwable error) {
        judge(task.source(topicPartition.topic()), record, error);
        return new ReprocessException(named(record), error);
    }

    /** What the policy says about a failed attempt of the open transaction. @throws RecordFailedException if the application is to end */
    private FailedRecord judge(SourceOperator reader, LogRecord record, Throwable error) {
        FailedRecord failed = judge(reader, record, error, failures.get(record.offset()));
        failures.put(record.offset(), failed);
        if (failed.decision() instanceof FailureRule.Decision.TryAgain again) {
            task.block(again.backoff());
        }
        return failed;
    }

    /**
     * The same of something that was made of a record which is committed.
     *
     * @param before what was decided the last time, null if that is the first
     */
    FailedRecord judge(LogRecord record, Throwable error, @Nullable FailedRecord before) {
        return judge(task.source(topicPartition.topic()), record, error, before);
    }

    private FailedRecord judge(
            SourceOperator reader, LogRecord record, Throwable error, @Nullable FailedRecord before) {
        int attempts = before == null ? 1 : before.attempts() + 1;
        ErrorKind kind = reader.kindOf(error);
        FailureRule.Decision decision = FailureRule.decide(reader.errorPolicy(kind), attempts);
        if (decision instanceof FailureRule.Decision.GiveUp) {
            throw new RecordFailedException(
                    named(record) + " " + kind.told() + " (attempt " + attempts + "): " + ErrorText.of(error)
                            + ". Mend the cause and start again, or choose another ErrorPolicy with " + kind.method()
                            + "(...)",
                    error);
        }
        FailedRecord failed = new FailedRecord(attempts, kind, error, decision);
        tell(record, failed);
        return failed;
    }

    /**
     * One line for each cause a minute, and for what becomes of its records: a topic full of such records is told as well by it as by one for each. The stack of what is
     * passed over is nowhere else.
     */
    private void tell(LogRecord record, FailedRecord failed) {
        String outcome = failed.decision().told();
        boolean isNews = task.isNews(outcome, failed.error());
        LOG.atLevel(isNews ? Level.WARN : Level.DEBUG)
                .setCause(isNews && failed.decision() instanceof FailureRule.Decision.PassOver ? failed.error() : null)
                .log(
                        "{} {} (attempt {}), and {}: {}",
                        named(record),
                        failed.kind().told(),
                        failed.attempts(),
                        outcome,
                        ErrorText.of(failed.error()));
    }

    private String named(LogRecord record) {
        return "The record of " + topicPartition + " at offset " + record.offset();
    }
}
