package io.millrace.transactions.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.LogEngine;
import io.millrace.serde.BytesView;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.coordinator.EndOfTransaction;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import io.millrace.transactions.guard.GuardedTransactionalProducer;
import io.millrace.transactions.guard.TransactionStage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes records into a batch per partition and appends these batches itself; the coordinator is called once per flush and once per end.
 * Owned by one thread at a time, which {@link GuardedTransactionalProducer} sees to.
 */
final class EmbeddedTransactionalProducer implements TransactionalProducer {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedTransactionalProducer.class);

    private static final Duration LONGEST_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);

    private final TransactionCoordinator coordinator;
    private final TransactionalProducerConfig config;
    private final TransactionWriter writer;

    /** What it was opened with. */
    private final ProducerIdentity initialized;

    private ProducerIdentity producer;
    private TransactionStage stage = TransactionStage.READY;
    private @Nullable RuntimeException failure;

    EmbeddedTransactionalProducer(
            LogEngine engine, TransactionCoordinator coordinator, TransactionalProducerConfig config) {
        this.coordinator = coordinator;
        this.config = config;
        this.writer = new TransactionWriter(engine, coordinator, config);
        this.initialized = coordinator.initialize(config.transactionalId(), timeoutMillis(config));
        this.producer = initialized;
    }

    private static int timeoutMillis(TransactionalProducerConfig config) {
        Duration timeout = config.transactionTimeout();
        return timeout.compareTo(LONGEST_TIMEOUT) < 0 ? (int) Math.max(1, timeout.toMillis()) : Integer.MAX_VALUE;
    }

    @Override
    public void begin() {
        switch (stage) {
            case READY -> {}
            case FENCED -> throw fenced(null);
            case OPEN, MUST_ABORT, PREPARED, COMMITTING, ABORTING, CLOSED -> throw illegal("begin");
        }
        failure = null;
        writer.begin(producer);
        stage = TransactionStage.OPEN;
    }

    @Override
    public void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        checkOpen("send");
        PartitionBatch full = writer.add(topicPartition, timestamp, key, value, headers);
        if (full != null) {
            write(full);
        }
    }

    @Override
    public void flush() {
        checkOpen("flush");
        write(null);
    }

    /** Appends one batch, or all of them. Whatever fails, the transaction can only be aborted afterwards (E1). */
    private void write(@Nullable PartitionBatch only) {
        try {
            writer.write(only);
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    @Override
    public long endOffset(TopicPartition topicPartition) {
        return writer.endOffset(topicPartition);
    }

    @Override
    public void sendOffsets(Map<TopicPartition, Long> offsets, GroupMetadata group) {
        checkOpen("sendOffsets");
        if (offsets.isEmpty()) {
            return;
        }
        writer.checkOffsets(offsets, group);
        try {
            writer.writeOffsets(offsets, group);
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    @Override
    public PreparedTransaction prepare() {
        if (stage != TransactionStage.PREPARED) {
            checkOpen("prepare");
            write(null);
            try {
                coordinator.prepare(config.transactionalId(), producer);
            } catch (LogException e) {
                if (e.disposition() == Disposition.RETRY) {
                    throw e;
                }
                throw failed(e);
            }
            stage = TransactionStage.PREPARED;
        }
        return new PreparedTransaction(config.transactionalId(), producer.producerId(), producer.epoch());
    }

    @Override
    public TransactionOutcome commit() {
        switch (stage) {
            case OPEN -> {
                try {
                    write(null);
                } catch (LogException e) {
                    if (stage == TransactionStage.FENCED) {
                        return TransactionOutcome.FENCED;
                    }
                    throw e;
                }
            }
            case PREPARED, COMMITTING -> {}
            case FENCED -> {
                return TransactionOutcome.FENCED;
            }
            case MUST_ABORT -> throw mustAbort();
            case READY, ABORTING, CLOSED -> throw illegal("commit");
        }
        return end(true);
    }

    @Override
    public TransactionOutcome abort() {
        switch (stage) {
            case OPEN, MUST_ABORT -> writer.discard();
            case PREPARED, COMMITTING, ABORTING -> {}
            case FENCED -> {
                return TransactionOutcome.FENCED;
            }
            case READY, CLOSED -> throw illegal("abort");
        }
        return end(false);
    }

    /** Without an enlisted partition the coordinator knows of no transaction: it writes nothing and says whether the producer is current. */
    private TransactionOutcome end(boolean commit) {
        stage = commit ? TransactionStage.COMMITTING : TransactionStage.ABORTING;
        EndOfTransaction end = coordinator.end(config.transactionalId(), producer, commit);
        switch (end.outcome()) {
            case COMMITTED, ABORTED -> {
                producer = end.producer();
                writer.ended();
                stage = TransactionStage.READY;
            }
            case FENCED -> stage = TransactionStage.FENCED;
            case RETRY -> {}
        }
        return end.outcome();
    }

    @Override
    public void keepAlive() {
        if (stage == TransactionStage.OPEN) {
            coordinator.keepAlive(config.transactionalId(), producer);
        }
    }

    @Override
    public String transactionalId() {
        return config.transactionalId();
    }

    @Override
    public void close() {
        if (stage == TransactionStage.CLOSED) {
            return;
        }
        try {
            switch (stage) {
                case OPEN, MUST_ABORT, ABORTING -> abort();
                case COMMITTING -> commit();
                case READY, PREPARED, FENCED, CLOSED -> {}
            }
        } catch (LogException e) {
            // The decision, if there is one, stands; otherwise the next owner of the id or the next opening aborts.
            LOG.warn("{} is closed with an open transaction: {}", config.transactionalId(), e.getMessage());
        } finally {
            coordinator.release(config.transactionalId(), initialized);
            stage = TransactionStage.CLOSED;
            writer.close();
        }
    }

    private void checkOpen(String call) {
        switch (stage) {
            case OPEN -> {}
            case FENCED -> throw fenced(failure);
            case MUST_ABORT -> throw mustAbort();
            case READY, PREPARED, COMMITTING, ABORTING, CLOSED -> throw illegal(call);
        }
    }

    /** The error to throw, after the stage says what is left to the caller. */
    private RuntimeException failed(RuntimeException cause) {
        failure = cause;
        if (cause instanceof LogException known) {
            switch (known.disposition()) {
                case RESTART_TASK -> {
                    if (coordinator.isCurrent(config.transactionalId(), producer)) {
                        // Replaced in its group only, it still has a transaction of its own to abort.
                        stage = TransactionStage.MUST_ABORT;
                        return known;
                    }
                    stage = TransactionStage.FENCED;
                    return fenced(known);
                }
                case STOP -> {
                    stage = TransactionStage.MUST_ABORT;
                    return known;
                }
                case RETRY, ABORT_TRANSACTION -> {}
            }
        }
        stage = TransactionStage.MUST_ABORT;
        return TransactionStage.failed(config.transactionalId(), cause);
    }

    private LogException mustAbort() {
        return TransactionStage.mustAbort(config.transactionalId(), failure);
    }

    private LogException fenced(@Nullable Throwable cause) {
        return coordinator.fenced(config.transactionalId(), producer, cause);
    }

    private IllegalStateException illegal(String call) {
        return stage.illegal(call, config.transactionalId());
    }
}
