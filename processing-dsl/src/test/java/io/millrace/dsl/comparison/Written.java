package io.millrace.dsl.comparison;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record of the output, with its headers as text. */
public record Written(
        String topic, @Nullable Object key, @Nullable Object value, long timestamp, List<String> headers) {
    /** One without headers. */
    public Written(String topic, @Nullable Object key, @Nullable Object value, long timestamp) {
        this(topic, key, value, timestamp, List.of());
    }

    @Override
    public String toString() {
        return topic + ":" + key + "=" + value + "@" + timestamp + (headers.isEmpty() ? "" : headers);
    }
}
