package io.millrace.dsl.comparison;

import io.millrace.dsl.Topic;
import io.millrace.serde.Serde;
import org.jspecify.annotations.Nullable;

/** A record of the input. Its key and value are of the topic's types. */
public record Fed(
        Topic<?, ?> topic, @Nullable Object key, @Nullable Object value, long timestamp) {
    public static <K, V> Fed of(Topic<K, V> topic, @Nullable K key, @Nullable V value, long timestamp) {
        return new Fed(topic, key, value, timestamp);
    }

    byte @Nullable [] keyBytes() {
        return bytes(topic.keySerde(), key);
    }

    byte @Nullable [] valueBytes() {
        return bytes(topic.valueSerde(), value);
    }

    @SuppressWarnings("unchecked") // of() checked the type
    private static byte @Nullable [] bytes(Serde<?> serde, @Nullable Object value) {
        return Bytewise.write((Serde<Object>) serde, value);
    }

    @Override
    public String toString() {
        return topic.name() + ":" + key + "=" + value + "@" + timestamp;
    }
}
