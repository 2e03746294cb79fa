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

    void put(K key, V value);

    void delete(K key);

    /** Every entry, in the order of the keys' bytes. The store must not be changed meanwhile; trying is an error. */
    void forEach(BiConsumer<? super K, ? super V> action);
}
