package io.millrace.dsl.testing;

import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open transaction of somebody else than the pipeline, which writes to its inputs: {@code orders.in(transaction).send(…)}. What it holds is
 * read once it is committed, and never if it is aborted; until then the pipeline does not read beyond it. It has a day of virtual time
 * before the log gives it up. Begun by {@link PipelineTest#beginTransaction}; one thread.
 */
public final class TestTransaction implements AutoCloseable {
    private final SimulatedRun run;
    private final TransactionalProducer producer;
    private final int restarts;
    private boolean ended;

    TestTransaction(SimulatedRun run, TransactionalProducer producer) {
        this.run = run;
        this.producer = producer;
        this.restarts = run.restarts();
        producer.begin();
    }

    void send(
            TopicPartition partition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        checkOpen();
        producer.send(partition, timestamp, key, value, headers);
        producer.flush();
    }

    /** Makes everything that was sent in it visible at once. */
    public void commit() {
        checkOpen();
        end(producer.commit(), TransactionOutcome.COMMITTED);
    }

    /** Makes everything that was sent in it vanish. */
    public void abort() {
        checkOpen();
        end(producer.abort(), TransactionOutcome.ABORTED);
    }

    private void end(TransactionOutcome outcome, TransactionOutcome wanted) {
        ended = true;
        producer.close();
        if (outcome != wanted) {
            throw run.failed("The transaction was to be " + wanted + " and is " + outcome, null);
        }
    }

    private void checkOpen() {
        if (isGone()) {
            throw new IllegalStateException("The process that began the transaction has died, and with it the"
                    + " transaction, which is aborted: begin another one");
        }
        if (ended) {
            throw new IllegalStateException("The transaction was ended before: begin another one");
        }
    }

    private boolean isGone() {
        return run.restarts() != restarts;
    }

    /** Aborts it if it is still open. */
    @Override
    public void close() {
        if (!ended && !isGone()) {
            ended = true;
            producer.close();
        }
    }
}
