package io.millrace.dsl.runtime;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalLog;
import java.time.Duration;
import java.util.Set;

/**
 * Reads the position that a source has committed (R4), in steps. Open it after the predecessor was fenced: the target is the log end offset of
 * that moment, and the transactions of other sources that lie before it are waited for, since they may hide this one's last position.
 */
final class IngestPosition implements AutoCloseable {
    private final TopicPartition positions;
    private final BytesView name;
    private final LogConsumer consumer;
    private final long endOffset;
    private long found;

    IngestPosition(TransactionalLog log, TopicPartition positions, BytesView name) {
        this.positions = positions;
        this.name = name;
        endOffset = log.admin().endOffset(positions, Isolation.READ_UNCOMMITTED);
        consumer = log.consumer(ConsumerConfig.standalone());
        consumer.assign(Set.of(positions));
        consumer.seek(positions, log.admin().logStartOffset(positions));
    }

    /** @return true when {@link #found} is what is committed */
    boolean step() {
        for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
            while (cursor.next()) {
                LogRecord record = cursor.record();
                BytesView key = record.key();
                BytesView value = record.value();
                if (key != null && value != null && key.equals(name)) {
                    found = value.getLong(0);
                }
            }
        }
        return consumer.position(positions) >= endOffset;
    }

    /** The position to go on from; 0 if none was ever committed. */
    long found() {
        return found;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
