package io.millrace.dsl.operator;

import io.millrace.state.KeyValueStore;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A store that counts its changes as effects of the present record (O3). */
record CountedStore<K, V>(KeyValueStore<K, V> store, RecordContext context) implements KeyValueStore<K, V> {
    @Override
    public String name() {
        return store.name();
    }

    @Override
    public @Nullable V get(K key) {
        return store.get(key);
    }

    @Override
    public void put(K key, V value) {
        context.countEffect();
        store.put(key, value);
    }

    @Override
    public void delete(K key) {
        context.countEffect();
        store.delete(key);
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        store.forEach(action);
    }
}
