package io.millrace.dsl.query;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.TimedKey;
import io.millrace.state.time.Windowed;
import org.jspecify.annotations.Nullable;

/**
 * Windows that slide along with the records, over their partitions. They are kept as records, one for each start; those of a key in the order of time, keys
 * in none.
 *
 * @param sizeMillis of a window
 */
record CommittedSlidingWindows<K, V>(StateReader<RecordStore<K, V>> reader, Serde<K> keySerde, long sizeMillis)
        implements ReadOnlyWindows<K, V> {
    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public @Nullable V fetch(K key, long start) {
        return reader.first(store -> store.get(new TimedKey<>(key, start, 0)));
    }

    @Override
    public Entries<Windowed<K>, V> fetch(K key, long first, long last) {
        return windows(reader.ofKey(store -> store.fetch(key, first, last)), KeyRange.all());
    }

    @Override
    public Entries<Windowed<K>, V> fetchAll(long first, long last) {
        return fetch(null, null, first, last);
    }

    @Override
    public Entries<Windowed<K>, V> fetch(@Nullable K from, @Nullable K to, long first, long last) {
        KeyRange keys = KeyRange.ofKeys(name(), keySerde, from, to);
        return windows(reader.whole(store -> store.fetchAll(first, last)), keys);
    }

    private Entries<Windowed<K>, V> windows(Entries<TimedKey<K>, V> kept, KeyRange keys) {
        boolean isAll = keys.equals(KeyRange.all());
        return Entries.of((direction, action) -> {
            BytesWriter bytes = new BytesWriter();
            BytesView view = new BytesView();
            return (direction == ScanDirection.FORWARD ? kept : kept.reversed()).forEachWhile((key, value) -> {
                if (!isAll) {
                    keySerde.write(key.key(), bytes.clear());
                    if (!keys.contains(bytes.viewInto(view))) {
                        return true;
                    }
                }
                long end = key.time() + sizeMillis;
                Windowed<K> window = new Windowed<>(key.key(), key.time(), end < key.time() ? Long.MAX_VALUE : end);
                return action.test(window, value);
            });
        });
    }

    @Override
    public long greatestTime() {
        return reader.max(RecordStore::greatestTime);
    }

    @Override
    public long streamTime() {
        return reader.max(RecordStore::streamTime);
    }
}
