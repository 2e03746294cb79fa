package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.guard.RecordRule;
import io.millrace.serde.BytesView;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A partition that a producer writes to, with what it remembers of the topic. Owned by the producer's thread. */
final class Destination {
    private final Topics topics;
    private final TopicPartition partition;
    private TopicDescription topic;
    private int changes;
    /** Looked at once in so many records, since a record must not cost a look at the clock. */
    private int untilLook;

    private static final int RECORDS_PER_LOOK = 1024;

    /** @throws LogException with STOP if there is no such partition, or the cluster alone writes it */
    Destination(Topics topics, TopicPartition partition) {
        this.topics = topics;
        this.partition = partition;
        changes = topics.changes();
        topic = require();
    }

    private TopicDescription require() {
        untilLook = RECORDS_PER_LOOK;
        TopicDescription found = topics.require(partition);
        if (found.internal()) {
            throw new LogException(
                    Disposition.STOP,
                    "A record for " + partition.topic()
                            + " was not taken: it is an internal topic, which the cluster alone writes. Choose a topic of your own");
        }
        return found;
    }

    TopicPartition partition() {
        return partition;
    }

    /**
     * The record as the client takes it.
     *
     * @throws LogException with STOP if the topic takes no such record, as far as this log knows its settings
     */
    ProducerRecord<byte[], byte[]> record(
            long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        if (timestamp < 0) {
            throw new IllegalArgumentException("A timestamp is in milliseconds since the epoch, 0 or more; got "
                    + timestamp + " for a record of " + partition);
        }
        int now = topics.changes();
        if (now != changes || --untilLook == 0) {
            changes = now;
            topic = require();
        }
        RecordRule.check(partition, topic.settings(), key, value, headers);
        return new ProducerRecord<>(
                partition.topic(),
                partition.partition(),
                timestamp,
                Bytes.of(key),
                Bytes.of(value),
                Bytes.theirs(headers));
    }

    /** About how many bytes a record has in a batch. */
    static int bytes(ProducerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        byte[] value = record.value();
        return (key == null ? 0 : key.length) + (value == null ? 0 : value.length) + 16;
    }
}
