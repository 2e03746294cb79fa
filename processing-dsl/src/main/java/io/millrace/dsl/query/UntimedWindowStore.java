package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.Timestamped;
import io.millrace.state.time.WindowStore;
import io.millrace.state.time.Windowed;
import org.jspecify.annotations.Nullable;

/** Values of windows without the times that are kept with them; for reading. */
record UntimedWindowStore<K, V>(WindowStore<K, Timestamped<V>> timed) implements ReadOnlyWindows<K, V> {
    @Override
    public String name() {
        return timed.name();
    }

    @Override
    public @Nullable V fetch(K key, long start) {
        Timestamped<V> found = timed.fetch(key, start);
        return found == null ? null : found.value();
    }

    @Override
    public Entries<Windowed<K>, V> fetch(K key, long first, long last) {
        return UntimedKeyValueStore.untimed(timed.fetch(key, first, last));
    }

    @Override
    public Entries<Windowed<K>, V> fetch(@Nullable K from, @Nullable K to, long first, long last) {
        return UntimedKeyValueStore.untimed(timed.fetch(from, to, first, last));
    }

    @Override
    public Entries<Windowed<K>, V> fetchAll(long first, long last) {
        return UntimedKeyValueStore.untimed(timed.fetchAll(first, last));
    }

    @Override
    public long greatestTime() {
        return timed.greatestTime();
    }

    @Override
    public long streamTime() {
        return timed.streamTime();
    }
}
