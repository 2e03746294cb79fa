package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.guard.TransactionStage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactional producer, over one client of Kafka's that has initialised its transactional id. Owned by one thread at a time, which
 * {@code GuardedTransactionalProducer} sees to; the client's own thread tells what was written.
 */
final class KafkaTransactionalProducer implements TransactionalProducer {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTransactionalProducer.class);

    /** One partition. {@code end} is written by the client's thread. */
    private final class Lane {
        final Destination destination;
        final Callback callback;
        volatile long end = -1;

        Lane(TopicPartition partition) {
            destination = new Destination(log.topics(), partition);
            callback = (written, error) -> {
                if (error == null) {
                    end = written.offset() + 1;
                } else {
                    failure.compareAndSet(null, error);
                }
            };
        }
    }

    private final KafkaLog log;
    private final String transactionalId;
    private final Producer<byte[], byte[]> client;
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();
    /** Why the open transaction can only be aborted; of a record, written by the client's thread. */
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private TransactionStage stage = TransactionStage.READY;

    KafkaTransactionalProducer(KafkaLog log, String transactionalId, Producer<byte[], byte[]> client) {
        this.log = log;
        this.transactionalId = transactionalId;
        this.client = client;
    }

    @Override
    public void begin() {
        switch (stage) {
            case READY -> {}
            case FENCED -> throw fenced(failure.get());
            case OPEN, MUST_ABORT, PREPARED, COMMITTING, ABORTING, CLOSED -> throw illegal("begin");
        }
        failure.set(null);
        lanes.values().forEach(lane -> lane.end = -1);
        try {
            client.beginTransaction();
        } catch (RuntimeException e) {
            if (KafkaErrors.isFenced(e)) {
                stage = TransactionStage.FENCED;
                throw fenced(e);
            }
            throw KafkaErrors.translate("The transaction of " + transactionalId + " could not begin", e);
        }
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
        Lane lane = lane(topicPartition);
        var record = lane.destination.record(timestamp, key, value, headers);
        try {
            // Whatever becomes of it, the callback is told.
            var unused = client.send(record, lane.callback);
        } catch (RuntimeException e) {
            throw failed(e);
        }
        throwFailure();
    }

    private Lane lane(TopicPartition partition) {
        Lane lane = lanes.get(partition);
        if (lane == null) {
            lane = new Lane(partition);
            lanes.put(partition, lane);
        }
        return lane;
    }

    @Override
    public void flush() {
        checkOpen("flush");
        try {
            client.flush();
        } catch (RuntimeException e) {
            throw failed(e);
        }
        throwFailure();
    }

    private void throwFailure() {
        Throwable error = failure.get();
        if (error != null) {
            throw failed(error);
        }
    }

    @Override
    public long endOffset(TopicPartition topicPartition) {
        Lane lane = lanes.get(topicPartition);
        return lane == null ? -1 : lane.end;
    }

    @Override
    public void sendOffsets(Map<TopicPartition, Long> offsets, GroupMetadata group) {
        checkOpen("sendOffsets");
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> theirs = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            if (offset < 0) {
                throw new IllegalArgumentException("An offset is 0 or more, got " + offset + " for " + partition);
            }
            log.topics().require(partition);
            theirs.put(Names.theirs(partition), new OffsetAndMetadata(offset));
        });
        if (theirs.isEmpty()) {
            return;
        }
        try {
            client.sendOffsetsToTransaction(theirs, theirs(group));
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    // Kafka 5 makes it an interface, which is to be implemented then; until that is there, nobody outside of the client
    // can make one otherwise.
    @SuppressWarnings("removal")
    private static ConsumerGroupMetadata theirs(GroupMetadata group) {
        return new ConsumerGroupMetadata(group.groupId(), group.generation(), group.memberId(), Optional.empty());
    }

    /** Kafka's clients cannot yet: KIP-939 is in no released one. */
    @Override
    public PreparedTransaction prepare() {
        checkOpen("prepare");
        throw KafkaTransactionAdmin.withoutPrepared();
    }

    @Override
    public TransactionOutcome commit() {
        switch (stage) {
            case OPEN, COMMITTING -> {}
            case FENCED -> {
                return TransactionOutcome.FENCED;
            }
            case MUST_ABORT -> throw TransactionStage.mustAbort(transactionalId, failure.get());
            case READY, PREPARED, ABORTING, CLOSED -> throw illegal("commit");
        }
        try {
            client.commitTransaction();
        } catch (TimeoutException | InterruptException e) {
            return unanswered(TransactionStage.COMMITTING, e);
        } catch (RuntimeException e) {
            LogException thrown = failed(e);
            if (stage == TransactionStage.FENCED) {
                return TransactionOutcome.FENCED;
            }
            throw thrown;
        }
        stage = TransactionStage.READY;
        return TransactionOutcome.COMMITTED;
    }

    /** The request may have arrived or not, and the client knows which to repeat (K3). */
    private TransactionOutcome unanswered(TransactionStage waiting, RuntimeException failure) {
        LOG.warn("The end of a transaction of {} is not answered yet: {}", transactionalId, failure.getMessage());
        stage = waiting;
        return TransactionOutcome.RETRY;
    }

    @Override
    public TransactionOutcome abort() {
        switch (stage) {
            case OPEN, MUST_ABORT, ABORTING -> {}
            case COMMITTING -> {
                // What was asked for may be decided; only its answer tells.
                return commit();
            }
            case FENCED -> {
                return TransactionOutcome.FENCED;
            }
            case READY, PREPARED, CLOSED -> throw illegal("abort");
        }
        try {
            client.abortTransaction();
        } catch (TimeoutException | InterruptException e) {
            return unanswered(TransactionStage.ABORTING, e);
        } catch (RuntimeException e) {
            // A client that cannot abort can do nothing any more. What is open is aborted by the next one with its id.
            LOG.warn("The producer of {} cannot go on: {}", transactionalId, e.getMessage());
            stage = TransactionStage.FENCED;
            failure.set(e);
            return TransactionOutcome.FENCED;
        }
        stage = TransactionStage.READY;
        return TransactionOutcome.ABORTED;
    }

    /** Kafka counts a transaction's timeout from its first record, whatever its owner says later. */
    @Override
    public void keepAlive() {
        // Nothing that the cluster would hear.
    }

    @Override
    public String transactionalId() {
        return transactionalId;
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
            // The decision, if there is one, stands; otherwise the next owner of the id or the timeout aborts.
            LOG.warn("{} is closed with an open transaction: {}", transactionalId, e.getMessage());
        } finally {
            stage = TransactionStage.CLOSED;
            client.close(log.calls().timeout());
        }
    }

    private void checkOpen(String call) {
        switch (stage) {
            case OPEN -> {}
            case FENCED -> throw fenced(failure.get());
            case MUST_ABORT -> throw TransactionStage.mustAbort(transactionalId, failure.get());
            case READY, PREPARED, COMMITTING, ABORTING, CLOSED -> throw illegal(call);
        }
    }

    /** The error to throw, after the stage says what is left to the caller. */
    private LogException failed(Throwable error) {
        Throwable cause = failure.get() == null ? error : failure.get();
        failure.compareAndSet(null, error);
        if (KafkaErrors.isFenced(error) || (cause != null && KafkaErrors.isFenced(cause))) {
            stage = TransactionStage.FENCED;
            return fenced(error);
        }
        stage = TransactionStage.MUST_ABORT;
        LogException translated = KafkaErrors.translate("The transaction of " + transactionalId + " failed", error);
        return switch (translated.disposition()) {
            case RESTART_TASK, STOP -> translated;
            case RETRY, ABORT_TRANSACTION -> TransactionStage.failed(transactionalId, translated);
        };
    }

    private LogException fenced(@Nullable Throwable cause) {
        return new LogException(
                Disposition.RESTART_TASK,
                "The producer of " + transactionalId
                        + " was fenced: another producer took its transactional id, or its transaction was aborted by its timeout"
                        + " or a person. Close it and open a new one",
                cause);
    }

    private IllegalStateException illegal(String call) {
        return stage.illegal(call, transactionalId);
    }
}
