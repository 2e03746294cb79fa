package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.WindowStore;
import io.millrace.state.time.Windowed;
import org.jspecify.annotations.Nullable;

/** A store of windows over its partitions: in the order of time, then of the keys' bytes, whichever partition they are in. */
final class CommittedWindowStore<K, V> implements ReadOnlyWindows<K, V> {
    private final StateReader<WindowStore<K, V>> reader;
    private final WindowSpec<K, V> spec;

    /** @param spec what the store's bytes are; it may have been declared without an order of its keys */
    CommittedWindowStore(StateReader<WindowStore<K, V>> reader, WindowSpec<K, V> spec) {
        this.reader = reader;
        this.spec = spec;
    }

    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public @Nullable V fetch(K key, long start) {
        return reader.first(store -> store.fetch(key, start));
    }

    @Override
    public Entries<Windowed<K>, V> fetch(K key, long first, long last) {
        return reader.ofKey(store -> store.fetch(key, first, last));
    }

    @Override
    public Entries<Windowed<K>, V> fetchAll(long first, long last) {
        return reader.merged(WindowOrder.of(spec, KeyRange.all(), first, last));
    }

    @Override
    public Entries<Windowed<K>, V> fetch(@Nullable K from, @Nullable K to, long first, long last) {
        return reader.merged(WindowOrder.of(spec, KeyRange.ofKeys(name(), spec.keySerde(), from, to), first, last));
    }

    @Override
    public long greatestTime() {
        return reader.max(WindowStore::greatestTime);
    }

    @Override
    public long streamTime() {
        return reader.max(WindowStore::streamTime);
    }
}
