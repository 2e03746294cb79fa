package io.millrace.dsl.testing;

import io.millrace.log.Header;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record to be written to an input.
 *
 * @param key null if it has none
 * @param value null for a tombstone
 * @param time its timestamp; empty: the virtual time at which it is written
 */
public record InputRecord<K, V>(@Nullable K key, @Nullable V value, Optional<Instant> time, List<Header> headers) {
    public InputRecord {
        headers = List.copyOf(headers);
    }

    /** A record of now, without headers. */
    public static <K, V> InputRecord<K, V> of(@Nullable K key, @Nullable V value) {
        return new InputRecord<>(key, value, Optional.empty(), List.of());
    }

    /** The same with a timestamp of its own. */
    public InputRecord<K, V> at(Instant value) {
        return new InputRecord<>(key, this.value, Optional.of(value), headers);
    }

    public InputRecord<K, V> withHeaders(Header... values) {
        return new InputRecord<>(key, value, time, List.of(values));
    }
}
