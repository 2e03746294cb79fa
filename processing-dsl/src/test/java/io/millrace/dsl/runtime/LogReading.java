package io.millrace.dsl.runtime;

import io.millrace.dsl.Topic;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.Header;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a read-committed reader sees. */
public final class LogReading {
    private LogReading() {}

    /** One record, decoded. */
    public record Seen<K, V>(@Nullable K key, @Nullable V value, long offset, long timestamp, List<Header> headers) {}

    /** All visible records of a partition, in order. */
    public static <K, V> List<Seen<K, V>> read(EventLog log, Topic<K, V> topic, int partition) {
        TopicPartition topicPartition = new TopicPartition(topic.name(), partition);
        List<Seen<K, V>> seen = new ArrayList<>();
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(topicPartition));
            long end = log.admin().endOffset(topicPartition, Isolation.READ_COMMITTED);
            while (consumer.position(topicPartition) < end) {
                for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                    while (cursor.next()) {
                        BytesView key = cursor.record().key();
                        BytesView value = cursor.record().value();
                        seen.add(new Seen<>(
                                key == null ? null : topic.keySerde().read(key),
                                value == null ? null : topic.valueSerde().read(value),
                                cursor.record().offset(),
                                cursor.record().timestamp(),
                                cursor.record().headers()));
                    }
                }
            }
        }
        return seen;
    }

    /** {@code key=value} of all visible records of a partition, in order. */
    static List<String> texts(EventLog log, Topic<?, ?> topic, int partition) {
        return read(log, topic, partition).stream()
                .map(seen -> seen.key() + "=" + seen.value())
                .toList();
    }

    /** The values of the first partition that the group has committed, as the log says it at this moment. */
    static <V> List<V> committedValues(EventLog log, String group, Topic<?, V> topic) {
        long committed = log.admin().committedOffsets(group).getOrDefault(new TopicPartition(topic.name(), 0), 0L);
        return read(log, topic, 0).stream()
                .filter(seen -> seen.offset() < committed)
                .<V>map(Seen::value)
                .toList();
    }
}
