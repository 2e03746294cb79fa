package io.millrace.examples.bank;

import io.millrace.state.KeyValueStore;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A store that is a map; its order is the map's, so tests that need an order sort for themselves. */
final class MapStore<K, V> implements KeyValueStore<K, V> {
    private final String name;
    private final Map<K, V> entries = new HashMap<>();

    MapStore(String name) {
        this.name = name;
    }

    int size() {
        return entries.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public @Nullable V get(K key) {
        return entries.get(key);
    }

    @Override
    public void put(K key, V value) {
        entries.put(key, value);
    }

    @Override
    public void delete(K key) {
        entries.remove(key);
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        entries.forEach(action);
    }
}
