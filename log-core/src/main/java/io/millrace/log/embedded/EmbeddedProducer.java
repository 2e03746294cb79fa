package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.Partitioner;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordMetadata;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.guard.GuardedProducer;
import io.millrace.serde.BytesView;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The idempotent producer of one engine: a producer id of its own, and a lane for each partition. Owned by one thread, which {@link GuardedProducer} sees to. */
final class EmbeddedProducer implements LogProducer {
    private final LogEngine engine;
    private final ProducerConfig config;
    private final ProducerTerms terms;
    private final @Nullable LagGate gate;
    private final ProducerMemory memory;

    private final Map<TopicPartition, ProducerLane> lanes = new LinkedHashMap<>();
    /** Where the last record without key went, by topic. */
    private final Map<String, TopicPartition> sticky = new HashMap<>();

    private boolean closed;

    EmbeddedProducer(LogEngine engine, ProducerConfig config) {
        this.engine = engine;
        this.config = config;
        this.terms = ProducerTerms.of(engine, config);
        this.gate = config.lagPolicy()
                .map(policy -> new LagGate(engine, policy, terms.patience()))
                .orElse(null);
        this.memory = new ProducerMemory(config, terms.patience());
    }

    @Override
    public CompletionStage<RecordMetadata> send(ProducerRecord record) {
        Long timestamp = record.timestamp();
        long time = timestamp == null ? engine.world().clock().millis() : timestamp;
        TopicDescription topic = engine.topic(record.topic());
        TopicPartition topicPartition = partitionOf(record, topic);
        return laneFor(topicPartition).promise(time, record.key(), record.value(), record.headers());
    }

    @Override
    public void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        laneFor(topicPartition).send(timestamp, key, value, headers);
    }

    @Override
    public void flush() {
        lanes.values().forEach(ProducerLane::write);
        // All are written before the first is forced: what others wait for meanwhile is served by the same forces.
        lanes.values().forEach(ProducerLane::force);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        RuntimeException failure = null;
        for (ProducerLane lane : lanes.values()) {
            try {
                lane.writeLast();
                lane.force();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The lane, once the lag policy lets a record pass: that costs one comparison within a batch, and without a policy nothing. */
    private ProducerLane laneFor(TopicPartition topicPartition) {
        ProducerLane lane = lane(topicPartition);
        if (gate != null && lane.isAtBatchEdge()) {
            gate.pass(lane.log());
        }
        return lane;
    }

    private ProducerLane lane(TopicPartition topicPartition) {
        if (closed) {
            throw new IllegalStateException("The producer is closed");
        }
        ProducerLane lane = lanes.get(topicPartition);
        if (lane == null) {
            lane = new ProducerLane(engine.writablePartition(topicPartition), engine, terms, memory);
            lanes.put(topicPartition, lane);
        }
        return lane;
    }

    private TopicPartition partitionOf(ProducerRecord record, TopicDescription topic) {
        Integer partition = record.partition();
        if (partition != null) {
            return new TopicPartition(topic.name(), partition);
        }
        ProducerConfig.Partitioning chosen = config.partitioning().orElse(null);
        if (chosen != null) {
            return checked(topic, chosen.partition(record, topic.partitions()));
        }
        BytesView key = record.key();
        if (key != null) {
            return new TopicPartition(topic.name(), Partitioner.partitionOf(key, topic.partitions()));
        }
        return keyless(topic);
    }

    /** Records without key share a batch, and batches go to the partitions in turn, so that as many come to each. */
    private TopicPartition keyless(TopicDescription topic) {
        int count = topic.partitions();
        TopicPartition present = sticky.get(topic.name());
        if (present != null && present.partition() < count && isUnderConstruction(present)) {
            return present;
        }
        int next = present == null ? engine.world().random().nextInt(count) : (present.partition() + 1) % count;
        TopicPartition chosen = new TopicPartition(topic.name(), next);
        sticky.put(topic.name(), chosen);
        return chosen;
    }

    private boolean isUnderConstruction(TopicPartition topicPartition) {
        ProducerLane lane = lanes.get(topicPartition);
        return lane != null && lane.hasPromises();
    }

    private static TopicPartition checked(TopicDescription topic, int partition) {
        if (partition < 0 || partition >= topic.partitions()) {
            throw new LogException(
                    Disposition.STOP,
                    "The producer's partitioning chose partition " + partition + " of topic " + topic.name()
                            + ", which has 0 to " + (topic.partitions() - 1) + ": correct the function");
        }
        return new TopicPartition(topic.name(), partition);
    }
}
