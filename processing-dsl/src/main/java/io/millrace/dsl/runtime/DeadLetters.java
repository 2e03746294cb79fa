package io.millrace.dsl.runtime;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes records that could not be processed, as they came, into the open transaction. */
final class DeadLetters {
    private final Map<String, Integer> partitionCounts;

    DeadLetters(Map<String, Integer> partitionCounts) {
        this.partitionCounts = partitionCounts;
    }

    void bury(FailedRecord failed, LogRecord record, Topic<?, ?> topic, TransactionalProducer producer) {
        Integer partitions = partitionCounts.get(topic.name());
        if (partitions == null) {
            throw new IllegalStateException("Topic '" + topic.name() + "' is not known");
        }
        BytesView key = record.key();
        int partition = key == null
                ? record.topicPartition().partition() % partitions
                : Partitioner.partitionOf(key, partitions);
        producer.send(
                new TopicPartition(topic.name(), partition),
                record.timestamp(),
                key,
                record.value(),
                headers(failed, record));
    }

    private static List<Header> headers(FailedRecord failed, LogRecord record) {
        List<Header> headers = new ArrayList<>(record.headers());
        TopicPartition source = record.topicPartition();
        headers.add(Header.ofUtf8(DeadLetterHeaders.TOPIC, source.topic()));
        headers.add(Header.ofUtf8(DeadLetterHeaders.PARTITION, Integer.toString(source.partition())));
        headers.add(Header.ofUtf8(DeadLetterHeaders.OFFSET, Long.toString(record.offset())));
        headers.add(Header.ofUtf8(
                DeadLetterHeaders.ERROR_CLASS, failed.error().getClass().getName()));
        headers.add(Header.ofUtf8(
                DeadLetterHeaders.ERROR_MESSAGE, String.valueOf(failed.error().getMessage())));
        headers.add(Header.ofUtf8(DeadLetterHeaders.ATTEMPTS, Integer.toString(failed.attempts())));
        return headers;
    }
}
