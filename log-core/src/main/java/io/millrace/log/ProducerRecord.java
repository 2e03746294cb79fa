package io.millrace.log;

import io.millrace.serde.BytesView;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record to be written.
 *
 * @param topic an existing topic
 * @param partition the partition, 0 or more; or null: by murmur2 of the key as Kafka does, and for a null key one that stays while its batch
 *     is under construction, and then the next one
 * @param timestamp milliseconds since the epoch, 0 or more; or null: now
 * @param key null for none
 * @param value null for a tombstone
 */
public record ProducerRecord(
        String topic,
        @Nullable Integer partition,
        @Nullable Long timestamp,
        @Nullable BytesView key,
        @Nullable BytesView value,
        List<Header> headers) {
    /** @throws IllegalArgumentException if the partition or the timestamp is negative */
    public ProducerRecord {
        Objects.requireNonNull(topic, "A record names its topic");
        if (partition != null && partition < 0) {
            throw new IllegalArgumentException("A partition is 0 or more, or null: the producer chooses; got "
                    + partition + " for a record of topic " + topic);
        }
        if (timestamp != null && timestamp < 0) {
            throw new IllegalArgumentException(
                    "A timestamp is in milliseconds since the epoch, 0 or more, or null: now; got " + timestamp
                            + " for a record of topic " + topic);
        }
        headers = List.copyOf(headers);
    }

    public static ProducerRecord of(String topic, @Nullable BytesView key, @Nullable BytesView value) {
        return new ProducerRecord(topic, null, null, key, value, List.of());
    }
}
