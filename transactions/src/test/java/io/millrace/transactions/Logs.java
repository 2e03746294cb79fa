package io.millrace.transactions;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Reading and writing text, for tests. */
public final class Logs {
    private Logs() {}

    /** The values that a read-committed reader sees, up to its end. */
    public static List<String> committed(EventLog log, TopicPartition partition) {
        return read(log, partition, Isolation.READ_COMMITTED);
    }

    public static List<String> read(EventLog log, TopicPartition partition, Isolation isolation) {
        List<String> values = new ArrayList<>();
        long end = log.admin().endOffset(partition, isolation);
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone().withIsolation(isolation))) {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, log.admin().logStartOffset(partition));
            while (consumer.position(partition) < end) {
                for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                    while (cursor.next()) {
                        values.add(
                                Objects.requireNonNull(cursor.record().value()).toUtf8());
                    }
                }
            }
        }
        return values;
    }

    public static void send(TransactionalProducer producer, TopicPartition partition, String value) {
        producer.send(partition, 1, null, BytesView.ofUtf8(value), List.of());
    }
}
