package io.millrace.dsl.deadletter;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;

/** Reads what a partition has, without waiting for more. Stateless. */
final class CommittedRecords {
    private CommittedRecords() {}

    /**
     * Everything that is committed now.
     *
     * @param visitor see {@link #between}
     */
    static void all(EventLog log, TopicPartition partition, Predicate<LogRecord> visitor) {
        long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
        between(log, partition, log.admin().logStartOffset(partition), end, visitor);
    }

    /** @param visitor is shown the records in their order, and says whether to go on; a record is valid during its call */
    static void between(
            EventLog log, TopicPartition partition, long startOffset, long endOffset, Predicate<LogRecord> visitor) {
        read(log, ConsumerConfig.standalone(), partition, startOffset, endOffset, visitor);
    }

    /** Whether the first record there is, if there is any, is as asked; reads no more than the batch that it is in. */
    static boolean firstIs(EventLog log, TopicPartition partition, Predicate<LogRecord> question) {
        boolean[] answer = {false};
        read(
                log,
                ConsumerConfig.standalone().withFetchBytes(1),
                partition,
                log.admin().logStartOffset(partition),
                log.admin().endOffset(partition, Isolation.READ_COMMITTED),
                record -> {
                    answer[0] = question.test(record);
                    return false;
                });
        return answer[0];
    }

    private static void read(
            EventLog log,
            ConsumerConfig config,
            TopicPartition partition,
            long startOffset,
            long endOffset,
            Predicate<LogRecord> visitor) {
        if (startOffset >= endOffset) {
            return;
        }
        try (LogConsumer consumer = log.consumer(config)) {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, startOffset);
            while (consumer.position(partition) < endOffset) {
                for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                    while (cursor.next()) {
                        if (cursor.record().offset() >= endOffset || !visitor.test(cursor.record())) {
                            return;
                        }
                    }
                }
            }
        }
    }
}
