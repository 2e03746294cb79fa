package io.millrace.dsl.runtime;

import io.millrace.dsl.Topic;
import io.millrace.dsl.deadletter.Letters;
import io.millrace.log.LogRecord;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducer;
import java.time.InstantSource;
import java.util.Map;

/** Writes records that could not be processed, as they came, into the open transaction. */
final class DeadLetters {
    private final Map<String, Integer> partitionCounts;
    private final InstantSource clock;

    DeadLetters(Map<String, Integer> partitionCounts, InstantSource clock) {
        this.partitionCounts = partitionCounts;
        this.clock = clock;
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
                Letters.headers(record, failed.kind(), failed.error(), failed.attempts(), clock.millis()));
    }
}
