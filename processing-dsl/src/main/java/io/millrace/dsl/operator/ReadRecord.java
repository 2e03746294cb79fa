package io.millrace.dsl.operator;

import io.millrace.dsl.SourceRecord;
import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.state.KeyValueStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of one topic of which is asked when it happened, at its turn or before it, and how far the topic's partition has come. Owned by the task's
 * thread; one object for all records.
 */
final class ReadRecord implements SourceRecord {
    private final String topic;
    private final @Nullable KeyValueStore<String, Long> reached;
    private @Nullable LogRecord current;
    /** What the store has; it is made anew after every roll-back (O2). */
    private long partitionTime = UNKNOWN;

    ReadRecord(String topic, @Nullable KeyValueStore<String, Long> reached) {
        this.topic = topic;
        this.reached = reached;
        Long kept = reached == null ? null : reached.get(topic);
        if (kept != null) {
            partitionTime = kept;
        }
    }

    /** Turns to a record that is to be told of. */
    void begin(LogRecord record) {
        current = record;
    }

    /** There is nothing more to tell of it: the record's bytes are those of the log's buffers. */
    void end() {
        current = null;
    }

    /** A record was processed that happened then. */
    void happenedAt(long eventTime) {
        if (reached != null && eventTime > partitionTime) {
            partitionTime = eventTime;
            reached.put(topic, eventTime);
        }
    }

    @Override
    public long partitionTime() {
        if (reached == null) {
            throw new IllegalStateException("How far the partitions of topic '" + topic
                    + "' have come is not kept: give the extractor a name, in withTimestampExtractor(name, extractor)");
        }
        return partitionTime;
    }

    @Override
    public boolean hasRecord() {
        return current != null;
    }

    @Override
    public TopicPartition topicPartition() {
        return record().topicPartition();
    }

    @Override
    public long offset() {
        return record().offset();
    }

    @Override
    public long timestamp() {
        return record().timestamp();
    }

    @Override
    public List<Header> headers() {
        return record().headers();
    }

    private LogRecord record() {
        if (current == null) {
            throw new IllegalStateException(
                    "A timestamp extractor is told of a record while it is asked about it, not later: take what is needed of it");
        }
        return current;
    }
}
