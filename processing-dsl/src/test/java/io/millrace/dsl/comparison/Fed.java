package io.millrace.dsl.comparison;

import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import io.millrace.serde.Serde;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record of the input. Its key and value are of the topic's types. */
public record Fed(
        Topic<?, ?> topic, @Nullable Object key, @Nullable Object value, long timestamp, List<Header> headers) {
    public static <K, V> Fed of(Topic<K, V> topic, @Nullable K key, @Nullable V value, long timestamp) {
        return new Fed(topic, key, value, timestamp, List.of());
    }

    /** Each with its number as a header, and the third ones without any. */
    static List<Fed> numbered(List<Fed> input) {
        List<Fed> numbered = new ArrayList<>();
        for (Fed fed : input) {
            int number = numbered.size();
            List<Header> headers =
                    number % 3 == 2 ? List.of() : List.of(Header.ofUtf8("number", Integer.toString(number)));
            numbered.add(new Fed(fed.topic, fed.key, fed.value, fed.timestamp, headers));
        }
        return numbered;
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
