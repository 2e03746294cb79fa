package io.millrace.examples.bank.audit;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The history that a log shows to read-committed readers. */
public final class LogHistory implements History {
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final EventLog log;

    public LogHistory(EventLog log) {
        this.log = log;
    }

    @Override
    public int partitions(String topic) {
        return log.admin()
                .describeTopic(topic)
                .orElseThrow(() -> new IllegalStateException("There is no topic " + topic))
                .partitions();
    }

    @Override
    public Records open(String topic, int partition) {
        return new PartitionRecords(log, new TopicPartition(topic, partition));
    }

    private static final class PartitionRecords implements Records {
        private final TopicPartition partition;
        private final LogConsumer consumer;
        private final long start;
        private final long end;
        private @Nullable RecordCursor cursor;

        PartitionRecords(EventLog log, TopicPartition partition) {
            this.partition = partition;
            start = log.admin().logStartOffset(partition);
            end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
            consumer = log.consumer(ConsumerConfig.standalone());
            consumer.assign(Set.of(partition));
        }

        @Override
        public boolean next() {
            while (cursor == null || !cursor.next()) {
                cursor = null;
                // Markers and aborted records take offsets too, so the end is a position and not a record.
                if (consumer.position(partition) >= end) {
                    return false;
                }
                List<RecordCursor> ready = consumer.poll(PATIENCE);
                if (!ready.isEmpty()) {
                    cursor = ready.get(0);
                }
            }
            return true;
        }

        @Override
        public long offset() {
            return current().record().offset();
        }

        @Override
        public @Nullable BytesView key() {
            return current().record().key();
        }

        @Override
        public @Nullable BytesView value() {
            return current().record().value();
        }

        private RecordCursor current() {
            if (cursor == null) {
                throw new IllegalStateException("There is no record at the present position of " + partition);
            }
            return cursor;
        }

        @Override
        public long sizeHint() {
            return end - start;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
