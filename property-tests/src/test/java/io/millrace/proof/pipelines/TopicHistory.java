package io.millrace.proof.pipelines;

import io.millrace.dsl.operator.WatermarkFormat;
import io.millrace.dsl.operator.WatermarkFormat.Mark;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The committed records of a topic, each once, as a reader who was there from the beginning has them: also those that were deleted since. */
final class TopicHistory {
    /** @param isDamaged its value cannot be read */
    record Entry(
            int partition,
            long offset,
            @Nullable String key,
            @Nullable Long value,
            long timestamp,
            boolean isDamaged) {
        Change change() {
            return new Change(key, null, value, timestamp);
        }
    }

    /** What a task says of itself in a topic between two steps. */
    record Told(int partition, long offset, int writer, long watermark) {}

    private final String topic;
    private final Map<TopicPartition, Long> positions =
            new TreeMap<>((one, other) -> Integer.compare(one.partition(), other.partition()));
    private final List<Entry> entries = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();

    TopicHistory(String topic, int partitions) {
        this.topic = topic;
        for (int partition = 0; partition < partitions; partition++) {
            positions.put(new TopicPartition(topic, partition), 0L);
        }
    }

    /** Everything until now; of each partition in order. */
    List<Entry> entries(PipelineTest test) {
        if (test.log().admin().describeTopic(topic).isPresent()) {
            try (LogConsumer consumer = test.log().consumer(ConsumerConfig.standalone())) {
                for (TopicPartition partition : List.copyOf(positions.keySet())) {
                    fetch(test, consumer, partition);
                }
            }
        }
        return entries;
    }

    List<Entry> entries() {
        return entries;
    }

    /** What was told among them, as far as it was there at some question. */
    List<Told> told() {
        return told;
    }

    private void fetch(PipelineTest test, LogConsumer consumer, TopicPartition partition) {
        long end = test.log().admin().endOffset(partition, Isolation.READ_COMMITTED);
        long from = Math.max(positions.get(partition), test.log().admin().logStartOffset(partition));
        consumer.assign(Set.of(partition));
        consumer.seek(partition, from);
        while (consumer.position(partition) < end) {
            for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                while (cursor.next()) {
                    take(cursor.record());
                }
            }
        }
        positions.put(partition, consumer.position(partition));
    }

    private void take(LogRecord record) {
        if (WatermarkFormat.isMark(record)) {
            Mark mark = WatermarkFormat.read(record);
            told.add(new Told(record.topicPartition().partition(), record.offset(), mark.writer(), mark.watermark()));
        } else {
            entries.add(decoded(record));
        }
    }

    private static Entry decoded(LogRecord record) {
        int partition = record.topicPartition().partition();
        String key = decoded(PlannedPipeline.KEYS, record.key());
        try {
            Long value = decoded(PlannedPipeline.VALUES, record.value());
            return new Entry(partition, record.offset(), key, value, record.timestamp(), false);
        } catch (SerdeException e) {
            return new Entry(partition, record.offset(), key, null, record.timestamp(), true);
        }
    }

    private static <T> @Nullable T decoded(Serde<T> serde, @Nullable BytesView bytes) {
        return bytes == null ? null : serde.read(bytes);
    }
}
