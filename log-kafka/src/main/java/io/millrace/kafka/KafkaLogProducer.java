package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.Partitioner;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerConfig.Acks;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordMetadata;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The producer without transactions, over one client of Kafka's. Owned by one thread, which {@code GuardedProducer} sees to; the client's own thread
 * completes the futures.
 */
final class KafkaLogProducer implements LogProducer {
    private final KafkaLog log;
    private final InstantSource clock;
    private final Producer<byte[], byte[]> client;
    private final ProducerConfig config;
    private final boolean acknowledgesAtOnce;
    private final @Nullable LagGate gate;
    private final Map<TopicPartition, ProducerLane> lanes = new HashMap<>();
    private final Map<String, ProducerLane> keyless = new HashMap<>();
    /** The first failure of a record that has no future. Written by the client's thread. */
    private final AtomicReference<@Nullable LogException> failure = new AtomicReference<>();

    private boolean closed;

    KafkaLogProducer(KafkaLog log, InstantSource clock, ProducerConfig config, Producer<byte[], byte[]> client) {
        this.log = log;
        this.clock = clock;
        this.client = client;
        this.config = config;
        acknowledgesAtOnce = config.acks().filter(acks -> acks == Acks.NONE).isPresent();
        gate = config.lagPolicy()
                .map(policy -> new LagGate(log, policy, config.maxBlock()))
                .orElse(null);
    }

    @Override
    public CompletionStage<RecordMetadata> send(ProducerRecord record) {
        checkOpen();
        Long given = record.timestamp();
        long timestamp = given == null ? clock.millis() : given;
        ProducerLane lane = laneOf(record);
        TopicPartition partition = lane.partition();
        var theirs = lane.record(timestamp, record.key(), record.value(), record.headers());
        CompletableFuture<RecordMetadata> promise = new CompletableFuture<>();
        Callback done = (written, error) -> {
            lane.acknowledged();
            if (error != null) {
                promise.completeExceptionally(refused(partition, error));
            } else {
                promise.complete(new RecordMetadata(partition, written.offset(), written.timestamp()));
            }
        };
        send(lane, theirs, done);
        if (acknowledgesAtOnce) {
            return CompletableFuture.completedFuture(new RecordMetadata(partition, -1, timestamp));
        }
        return promise;
    }

    @Override
    public void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        checkOpen();
        throwFailure();
        ProducerLane lane = lane(topicPartition);
        send(lane, lane.record(timestamp, key, value, headers), lane.plainCallback());
    }

    private void send(
            ProducerLane lane, org.apache.kafka.clients.producer.ProducerRecord<byte[], byte[]> record, Callback done) {
        if (gate != null && lane.beginsBatch()) {
            gate.pass(lane.partition());
            lane.passed();
        }
        lane.sending(record);
        Future<org.apache.kafka.clients.producer.RecordMetadata> sent;
        try {
            sent = client.send(record, done);
        } catch (RuntimeException e) {
            lane.acknowledged();
            throw refused(lane.partition(), e);
        }
        throwIfRefused(lane.partition(), sent);
    }

    /** The client gives a failed future for a record that it did not take, such as one that it had no memory for. */
    private void throwIfRefused(
            TopicPartition partition, Future<org.apache.kafka.clients.producer.RecordMetadata> sent) {
        if (!sent.isDone()) {
            return;
        }
        try {
            sent.get();
        } catch (ExecutionException e) {
            failure.set(null);
            throw refused(partition, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps the failure of a record that nobody has a future of. On the client's thread. */
    void failed(TopicPartition partition, Exception error) {
        if (!acknowledgesAtOnce) {
            failure.compareAndSet(null, refused(partition, error));
        }
    }

    private static LogException refused(TopicPartition partition, Exception error) {
        return KafkaErrors.translate("A record for " + partition + " was not written", error);
    }

    private ProducerLane laneOf(ProducerRecord record) {
        TopicDescription topic = log.topics().require(record.topic());
        Integer chosen = record.partition();
        if (chosen != null) {
            return lane(new TopicPartition(record.topic(), chosen));
        }
        if (config.partitioning().isPresent()) {
            int partition = config.partitioning().get().partition(record, topic.partitions());
            if (partition < 0 || partition >= topic.partitions()) {
                throw new LogException(
                        Disposition.STOP,
                        "The producer's partitioning chose partition " + partition + " of topic " + topic.name()
                                + ", which has 0 to " + (topic.partitions() - 1) + ": correct it");
            }
            return lane(new TopicPartition(record.topic(), partition));
        }
        BytesView key = record.key();
        if (key != null) {
            return lane(new TopicPartition(record.topic(), Partitioner.partitionOf(key, topic.partitions())));
        }
        return keylessLane(topic);
    }

    /** One partition while its batch is under construction, and then the next one. */
    private ProducerLane keylessLane(TopicDescription topic) {
        ProducerLane present = keyless.get(topic.name());
        if (present != null && !present.beginsBatch()) {
            return present;
        }
        int next = present == null ? 0 : (present.partition().partition() + 1) % topic.partitions();
        ProducerLane lane = lane(new TopicPartition(topic.name(), next));
        keyless.put(topic.name(), lane);
        return lane;
    }

    private ProducerLane lane(TopicPartition partition) {
        ProducerLane lane = lanes.get(partition);
        if (lane == null) {
            lane = new ProducerLane(this, new Destination(log.topics(), partition));
            lanes.put(partition, lane);
        }
        return lane;
    }

    @Override
    public void flush() {
        checkOpen();
        flushClient();
        throwFailure();
    }

    private void flushClient() {
        try {
            client.flush();
        } catch (RuntimeException e) {
            throw KafkaErrors.translate("Not everything could be written", e);
        }
    }

    private void throwFailure() {
        LogException first = failure.getAndSet(null);
        if (first != null) {
            throw new LogException(first.disposition(), String.valueOf(first.getMessage()), first);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The producer is closed");
        }
        log.calls().checkOpen();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            flushClient();
        } finally {
            client.close();
        }
        throwFailure();
    }
}
