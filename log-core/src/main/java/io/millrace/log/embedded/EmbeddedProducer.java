package io.millrace.log.embedded;

import io.millrace.log.Header;
import io.millrace.log.LogProducer;
import io.millrace.log.Partitioner;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordMetadata;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The idempotent producer of one engine: a producer id of its own, and a lane for each partition. Owned by one thread. */
final class EmbeddedProducer implements LogProducer {
    private final LogEngine engine;
    private final long producerId;
    private final Map<TopicPartition, ProducerLane> lanes = new LinkedHashMap<>();
    /** Where records without key go now, by topic. */
    private final Map<String, TopicPartition> sticky = new HashMap<>();

    private boolean closed;

    EmbeddedProducer(LogEngine engine) {
        this.engine = engine;
        this.producerId = engine.newProducerId();
    }

    @Override
    public CompletionStage<RecordMetadata> send(ProducerRecord record) {
        Long timestamp = record.timestamp();
        long time = timestamp == null ? engine.world().clock().millis() : timestamp;
        TopicDescription topic = engine.topic(record.topic());
        TopicPartition topicPartition = partitionOf(record, topic);
        ProducerLane lane = lane(topicPartition);
        CompletionStage<RecordMetadata> future = lane.promise(time, record.key(), record.value(), record.headers());
        if (!lane.hasPromises()) {
            // A batch went: the next records without key go elsewhere.
            sticky.remove(topic.name(), topicPartition);
        }
        return future;
    }

    @Override
    public void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        lane(topicPartition).send(timestamp, key, value, headers);
    }

    @Override
    public void flush() {
        lanes.values().forEach(ProducerLane::write);
        // All are written before the first is forced: what others wait for meanwhile is served by the same forces.
        lanes.values().forEach(ProducerLane::force);
        sticky.clear();
    }

    @Override
    public void close() {
        if (!closed) {
            flush();
            closed = true;
        }
    }

    private ProducerLane lane(TopicPartition topicPartition) {
        if (closed) {
            throw new IllegalStateException("The producer is closed");
        }
        ProducerLane lane = lanes.get(topicPartition);
        if (lane == null) {
            lane = new ProducerLane(
                    engine.partition(topicPartition), engine.topic(topicPartition.topic()), producerId, engine);
            lanes.put(topicPartition, lane);
        }
        return lane;
    }

    private TopicPartition partitionOf(ProducerRecord record, TopicDescription topic) {
        Integer partition = record.partition();
        if (partition != null) {
            return new TopicPartition(topic.name(), partition);
        }
        BytesView key = record.key();
        if (key != null) {
            return new TopicPartition(topic.name(), Partitioner.partitionOf(key, topic.partitions()));
        }
        return sticky.computeIfAbsent(
                topic.name(),
                name -> new TopicPartition(name, engine.world().random().nextInt(topic.partitions())));
    }
}
