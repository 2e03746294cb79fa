package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.operator.RecordSink;
import io.millrace.log.Disposition;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transactions of one loop, one after the other. Owned by the loop. */
final class LoopTransaction implements RecordSink {
    /** How often an unknown outcome is asked for again before it is left to the log (R2). */
    private static final int MOST_ASKED = 100;

    private final AppSettings.Commits limits;
    private @Nullable TransactionalProducer producer;
    private boolean open;
    private long deadlineNanos;
    private int records;
    private int marks;
    private long consumed;
    private long heard;
    private long consumedBytes;
    private long sent;
    private long sentBytes;
    /** Of both, before the open transaction. */
    private long bytesBefore;

    LoopTransaction(AppSettings.Commits limits) {
        this.limits = limits;
    }

    /** Takes a new producer, which has fenced its predecessor. */
    void use(TransactionalProducer next) {
        producer = next;
        open = false;
    }

    TransactionalProducer producer() {
        TransactionalProducer present = producer;
        if (present == null) {
            throw new IllegalStateException("The loop has no producer");
        }
        return present;
    }

    void begin(long deadline) {
        producer().begin();
        open = true;
        deadlineNanos = deadline;
        records = 0;
        marks = 0;
        bytesBefore = consumedBytes + sentBytes;
    }

    boolean isOpen() {
        return open;
    }

    /** A record is given to the steps. */
    void takes() {
        consumed++;
    }

    /**
     * It was processed, or passed over.
     *
     * @param bytes its key and value, as far as they were read
     */
    void took(int bytes) {
        records++;
        consumedBytes += bytes;
    }

    /** A mark was processed, which is no record: nobody has sent it. */
    void tookMark() {
        marks++;
        heard++;
    }

    /** Records and marks. */
    int taken() {
        return records + marks;
    }

    /** Records and marks that were processed since the start, also in transactions that were aborted. */
    long takenSinceStart() {
        return consumed + heard;
    }

    /** True if it may take no more records. */
    boolean isFull() {
        return records >= limits.records() || bytes() >= limits.bytes();
    }

    /** Keys and values of what it has taken and of what it sends, without changelogs, which are sent at its end. */
    long bytes() {
        return consumedBytes + sentBytes - bytesBefore;
    }

    boolean isDue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /** How long until it is to be committed. */
    long nanosUntilDue(long nowNanos) {
        return Math.max(0, deadlineNanos - nowNanos);
    }

    /** Says that the loop lives, once per step, so that a slow one does not lose its transaction to the timeout. */
    void keepAlive() {
        if (open) {
            producer().keepAlive();
        }
    }

    @Override
    public void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        producer().send(topicPartition, timestamp, key, value, headers);
        sent++;
        sentBytes += (key == null ? 0 : key.length()) + (value == null ? 0 : value.length());
    }

    /** Records that the steps were given since the start, each as often as it was: also in transactions that were aborted, and those that failed. */
    long consumed() {
        return consumed;
    }

    /** Keys and values of those that did not fail. */
    long consumedBytes() {
        return consumedBytes;
    }

    /** Results since the start, also of transactions that were aborted. */
    long sent() {
        return sent;
    }

    /** Keys and values of those. */
    long sentBytes() {
        return sentBytes;
    }

    /** @throws LogException unless the answer is COMMITTED; the disposition says what to do */
    void commit() {
        TransactionOutcome outcome = askForCommit();
        open = false;
        switch (outcome) {
            case COMMITTED -> {}
            case ABORTED ->
                throw new LogException(
                        Disposition.ABORT_TRANSACTION,
                        "The transaction of '" + producer().transactionalId() + "' was aborted");
            case FENCED ->
                throw new LogException(
                        Disposition.RESTART_TASK,
                        "The producer '" + producer().transactionalId() + "' was fenced at its commit");
            case RETRY ->
                throw new LogException(
                        Disposition.RESTART_TASK,
                        "The outcome of a commit of '" + producer().transactionalId() + "' stayed unknown after "
                                + MOST_ASKED + " questions");
        }
    }

    private TransactionOutcome askForCommit() {
        try {
            TransactionOutcome outcome = producer().commit();
            for (int asked = 1; outcome == TransactionOutcome.RETRY && asked < MOST_ASKED; asked++) {
                outcome = producer().commit();
            }
            return outcome;
        } catch (LogException e) {
            open = false;
            if (e.disposition() == Disposition.STOP) {
                throw e;
            }
            // The decision may have been made or not. A new producer with the same id settles it, whichever it is.
            throw new LogException(
                    Disposition.RESTART_TASK,
                    "The commit of '" + producer().transactionalId() + "' failed: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Ends an open transaction without effect.
     *
     * @return false if the producer cannot go on
     */
    boolean abort() {
        if (!open) {
            return true;
        }
        TransactionOutcome outcome = producer().abort();
        for (int asked = 1; outcome == TransactionOutcome.RETRY && asked < MOST_ASKED; asked++) {
            outcome = producer().abort();
        }
        open = false;
        return outcome == TransactionOutcome.ABORTED;
    }

    /** Closes the producer, which aborts an open transaction. */
    void close() {
        TransactionalProducer present = producer;
        producer = null;
        open = false;
        if (present != null) {
            present.close();
        }
    }
}
