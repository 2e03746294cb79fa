package io.millrace.dsl.comparison;

import org.jspecify.annotations.Nullable;

/** A record of the output. */
public record Written(
        String topic, @Nullable Object key, @Nullable Object value, long timestamp) {
    @Override
    public String toString() {
        return topic + ":" + key + "=" + value + "@" + timestamp;
    }
}
