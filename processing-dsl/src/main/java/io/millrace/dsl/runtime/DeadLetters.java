package io.millrace.dsl.runtime;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.dsl.Topic;
import io.millrace.dsl.deadletter.Letters;
import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.log.Partitioner;
import io.millrace.log.RecordRefusedException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducer;
import java.time.InstantSource;
import java.util.List;
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
        TopicPartition target = new TopicPartition(topic.name(), partition);
        List<Header> headers =
                Letters.headers(record, failed.kind(), failed.error(), failed.attempts(), clock.millis());
        try {
            producer.send(target, record.timestamp(), key, record.value(), headers);
        } catch (RecordRefusedException tooLarge) {
            buryWithoutStack(failed, record, target, headers, producer);
        }
    }

    /** A record that is as large as its topic takes is larger with what is said of it: the record matters more. */
    private static void buryWithoutStack(
            FailedRecord failed,
            LogRecord record,
            TopicPartition target,
            List<Header> headers,
            TransactionalProducer producer) {
        List<Header> fewer = headers.stream()
                .filter(header -> !header.name().equals(DeadLetterHeaders.ERROR_STACK))
                .toList();
        try {
            producer.send(target, record.timestamp(), record.key(), record.value(), fewer);
        } catch (RecordRefusedException refused) {
            RecordFailedException failure = new RecordFailedException(
                    "The record of " + record.topicPartition() + " at offset " + record.offset() + " "
                            + failed.kind().told() + " (attempt " + failed.attempts() + "): " + failed.error()
                            + ". It cannot be kept as a dead letter either: " + refused.getMessage()
                            + ". Have that topic take larger records than those that it is of, with millrace topics alter "
                            + target.topic() + " --max-record-bytes BYTES, and start again",
                    failed.error());
            failure.addSuppressed(refused);
            throw failure;
        }
    }
}
