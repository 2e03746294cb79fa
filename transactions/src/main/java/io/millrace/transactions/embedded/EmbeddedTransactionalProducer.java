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

    /** Where the producer stands between two calls. */
    private enum Stage {
        READY,
        OPEN,
        /** Something could not be written: only an abort is left. */
        MUST_ABORT,
        /** Somebody outside decides. */
        PREPARED,
        /** The answer to a commit was RETRY. */
        COMMITTING,
        /** The answer to an abort was RETRY. */
        ABORTING,
        FENCED,
        CLOSED
    }

    private static final Duration LONGEST_TIMEOUT = Duration.ofMillis(Integer.MAX_VALUE);

    private final TransactionCoordinator coordinator;
    private final TransactionalProducerConfig config;
    private final TransactionWriter writer;

    /** What it was opened with. */
    private final ProducerIdentity initialized;

    private ProducerIdentity producer;
    private Stage stage = Stage.READY;
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
        stage = Stage.OPEN;
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
        if (stage != Stage.PREPARED) {
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
            stage = Stage.PREPARED;
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
                    if (stage == Stage.FENCED) {
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
        stage = commit ? Stage.COMMITTING : Stage.ABORTING;
        EndOfTransaction end = coordinator.end(config.transactionalId(), producer, commit);
        switch (end.outcome()) {
            case COMMITTED, ABORTED -> {
                producer = end.producer();
                writer.ended();
                stage = Stage.READY;
            }
            case FENCED -> stage = Stage.FENCED;
            case RETRY -> {}
        }
        return end.outcome();
    }

    @Override
    public void keepAlive() {
        if (stage == Stage.OPEN) {
            coordinator.keepAlive(config.transactionalId(), producer);
        }
    }

    @Override
    public String transactionalId() {
        return config.transactionalId();
    }

    @Override
    public void close() {
        if (stage == Stage.CLOSED) {
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
            stage = Stage.CLOSED;
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
                        stage = Stage.MUST_ABORT;
                        return known;
                    }
                    stage = Stage.FENCED;
                    return fenced(known);
                }
                case STOP -> {
                    stage = Stage.MUST_ABORT;
                    return known;
                }
                case RETRY, ABORT_TRANSACTION -> {}
            }
        }
        stage = Stage.MUST_ABORT;
        return new LogException(
                Disposition.ABORT_TRANSACTION,
                "The transaction of " + config.transactionalId() + " could not be written: " + cause.getMessage()
                        + "; abort it",
                cause);
    }

    private LogException mustAbort() {
        return new LogException(
                Disposition.ABORT_TRANSACTION,
                "The transaction of " + config.transactionalId() + " failed and can only be aborted",
                failure);
    }

    private LogException fenced(@Nullable Throwable cause) {
        return coordinator.fenced(config.transactionalId(), producer, cause);
    }

    private IllegalStateException illegal(String call) {
        String instead = switch (stage) {
            case READY -> "call begin() first";
            case OPEN -> "commit or abort the open transaction first";
            case MUST_ABORT -> "the open transaction failed, call abort() first";
            case PREPARED -> "the transaction is prepared, only commit() or abort() can follow";
            case COMMITTING -> "the commit is not answered yet, call commit() again";
            case ABORTING -> "the abort is not answered yet, call abort() again";
            case FENCED, CLOSED -> "open a new producer";
        };
        return new IllegalStateException(
                call + "() on the producer of " + config.transactionalId() + " is not possible: " + instead);
    }
}
