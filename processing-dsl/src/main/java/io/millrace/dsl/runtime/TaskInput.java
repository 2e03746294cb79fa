package io.millrace.dsl.runtime;

import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.operator.SourceOperator;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One partition that a task reads. Owned by the loop. */
final class TaskInput {
    private static final long NONE = -1;
    /** A poll may return tens of thousands of records, and each may take long or stage much; so few may come after the limits are reached. */
    private static final Logger LOG = LoggerFactory.getLogger(TaskInput.class);

    private static final int RECORDS_BETWEEN_LOOKS = 16;

    private final TopicPartition topicPartition;
    private final StreamTask task;
    private final int number;
    private final long initialPosition;
    private long consumedOffset = NONE;
    private long oldestTimestamp = Long.MAX_VALUE;
    private long bytes;
    /** Records at or behind the last commit that have failed, by offset: after an abort their policy's decision is carried out. */
    private final SortedMap<Long, FailedRecord> failures = new TreeMap<>();

    /** @param initialPosition where to begin as long as nothing is committed */
    TaskInput(TopicPartition topicPartition, StreamTask task, long initialPosition) {
        this.topicPartition = topicPartition;
        this.task = task;
        this.number = task.inputNumber(topicPartition.topic());
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

    /** Keys and values that were processed since the last call. */
    long takeBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
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

    /**
     * Runs the cursor's records through the task.
     *
     * @param isCommitDue asked every {@value #RECORDS_BETWEEN_LOOKS} records, whether the transaction has taken enough
     * @return how many records are done with
     */
    int process(RecordCursor cursor, int limit, LogConsumer consumer, BooleanSupplier isCommitDue) {
        SourceOperator source = task.source(topicPartition.topic());
        TaskTimers timers = task.timers();
        int done = 0;
        while (done < limit && cursor.next()) {
            LogRecord record = cursor.record();
            try {
                if (failures.isEmpty() || !settleAgain(record)) {
                    bytes += source.process(record);
                }
            } catch (Throwable e) {
                // Of every kind: code in other languages, and generated code, throws checked ones undeclared.
                if (!Blame.isOfRecord(e)) {
                    tellOfError(record, e);
                    throw e;
                }
                if (!settle(source, record, e)) {
                    consumer.seek(topicPartition, record.offset());
                    consumedOffset = done > 0 ? record.offset() : consumedOffset;
                    return done;
                }
            }
            done++;
            oldestTimestamp = Math.min(oldestTimestamp, record.timestamp());
            timers.afterRecord();
            if (done % RECORDS_BETWEEN_LOOKS == 0 && isCommitDue.getAsBoolean()) {
                break;
            }
        }
        if (done > 0) {
            consumedOffset = cursor.position();
        }
        return done;
    }

    /** Carries out what was decided about a record before its transaction was aborted. @return false if it is to be processed */
    private boolean settleAgain(LogRecord record) {
        FailedRecord before = failures.get(record.offset());
        if (before == null || before.decision() instanceof FailureRule.Decision.TryAgain) {
            return false;
        }
        task.settle(before, record);
        return true;
    }

    /** Does what the policy says about a failed attempt. @return false if the record is to be tried again later */
    private boolean settle(SourceOperator source, LogRecord record, Throwable error) {
        FailedRecord before = failures.get(record.offset());
        int attempts = before == null ? 1 : before.attempts() + 1;
        ErrorKind kind = source.kindOf(error);
        FailureRule.Decision decision = FailureRule.decide(source.errorPolicy(kind), attempts);
        if (decision instanceof FailureRule.Decision.GiveUp) {
            throw new RecordFailedException(
                    named(record) + " " + kind.told() + " (attempt " + attempts + "): " + error
                            + ". Mend the cause and start again, or choose another ErrorPolicy with " + kind.method()
                            + "(...)",
                    error);
        }
        FailedRecord failed = new FailedRecord(attempts, kind, error, decision);
        failures.put(record.offset(), failed);
        tell(record, failed);
        if (decision instanceof FailureRule.Decision.TryAgain again) {
            task.block(again.backoff());
        }
        if (task.hasEffects()) {
            throw new ReprocessException(named(record), error);
        }
        if (decision instanceof FailureRule.Decision.TryAgain) {
            return false;
        }
        task.settle(failed, record);
        return true;
    }

    /** One line for each cause a minute: a topic full of such records is told as well by it as by one for each. */
    private void tell(LogRecord record, FailedRecord failed) {
        LOG.atLevel(task.isNews(failed.error()) ? Level.WARN : Level.DEBUG)
                .log(
                        "{} {} (attempt {}), and {}: {}",
                        named(record),
                        failed.kind().told(),
                        failed.attempts(),
                        failed.decision().told(),
                        failed.error().toString());
    }

    /** Which record it was is of help, though it is not to blame. */
    private void tellOfError(LogRecord record, Throwable error) {
        if (error instanceof Error) {
            LOG.error("{} ended the application, whatever its policy says: {}", named(record), error.toString());
        }
    }

    private String named(LogRecord record) {
        return "The record of " + topicPartition + " at offset " + record.offset();
    }
}
