package io.millrace.state;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A key-value store of one partition, as the task that owns it sees it: with its own uncommitted changes. One thread. Keys and values are
 * treated as immutable: a value that was put or returned may be returned again.
 */
public interface KeyValueStore<K, V> {
    String name();

    /** The value of a key, or null. */
    @Nullable V get(K key);

    /** @throws NullPointerException if the value is null, which no key has: {@link #delete} removes one. As everywhere, also if the key is. */
    void put(K key, V value);

    /** Puts the value if the key has none. @return the value that the key has already, or null if it was put */
    default @Nullable V putIfAbsent(K key, V value) {
        V present = get(key);
        if (present == null) {
            put(key, value);
        }
        return present;
    }

    void delete(K key);

    /** Every entry, in the order of the keys' bytes. */
    Entries<K, V> all();

    /** Visits every entry: {@code all().forEach(action)}. */
    default void forEach(BiConsumer<? super K, ? super V> action) {
        all().forEach(action);
    }

    /**
     * About how many entries there are, without reading them. A key that was changed and is not written to the backend yet may count twice,
     * and RocksDB's own estimate counts what it has not compacted.
     */
    long approximateCount();
}
