package io.millrace.dsl.testing;

import io.millrace.log.Header;
import java.time.Instant;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record that a {@link TestOutputTopic} has read.
 *
 * @param key null if it has none
 * @param value null for a tombstone
 * @param timestamp milliseconds since the epoch
 * @param headers in order
 */
public record TestRecord<K, V>(
        @Nullable K key, @Nullable V value, long timestamp, List<Header> headers, int partition, long offset) {
    public TestRecord {
        headers = List.copyOf(headers);
    }

    /** Key and value alone; either may be null. Equal to {@link Map#entry} of the same two. */
    public Map.Entry<K, V> keyValue() {
        return new SimpleImmutableEntry<>(key, value);
    }

    public Instant time() {
        return Instant.ofEpochMilli(timestamp);
    }

    /** The value of the last header with this name as text; empty if there is none, or it has no value. */
    public Optional<String> header(String name) {
        Optional<String> found = Optional.empty();
        for (Header header : headers) {
            if (header.name().equals(name)) {
                found = Optional.ofNullable(header.value()).map(value -> value.toUtf8());
            }
        }
        return found;
    }
}
