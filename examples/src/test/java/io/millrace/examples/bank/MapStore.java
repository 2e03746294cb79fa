package io.millrace.examples.bank;

import io.millrace.state.Entries;
import io.millrace.state.KeyValueStore;
import java.util.HashMap;
import java.util.Map;
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
    public Entries<K, V> all() {
        return Entries.of((direction, action) ->
                entries.entrySet().stream().allMatch(entry -> action.test(entry.getKey(), entry.getValue())));
    }

    @Override
    public long approximateCount() {
        return entries.size();
    }
}
