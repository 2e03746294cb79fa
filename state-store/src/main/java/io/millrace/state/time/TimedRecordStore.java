package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.state.Entries;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreSpec;
import org.jspecify.annotations.Nullable;

/** Records in buckets of time. Owned by the partition's thread. */
final class TimedRecordStore<K, V> implements RecordStore<K, V> {
    private final String name;
    private final StreamClock clock;
    private final boolean isTimePut;
    private final Additions additions;
    private final TimedEntries<K, V> records;
    private final ExpirySweep sweep;

    /** @param isTimePut whether what is put says what time it is; else only who tells it does */
    TimedRecordStore(StoreLayer layer, StreamClock clock, boolean isTimePut, Serde<K> keySerde, Serde<V> valueSerde) {
        this.name = layer.name();
        this.clock = clock;
        this.isTimePut = isTimePut;
        this.additions = new Additions(layer);
        this.records = new TimedEntries<>(
                layer, clock, isTimePut ? clock::streamTime : additions::greatestTime, keySerde, valueSerde);
        this.sweep = new ExpirySweep(layer, clock, Tag.BY_TIME, expired -> {});
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean put(K key, long time, long sequence, V value) {
        StoreSpec.checkPresent(name, key, value, "remove(key, time, sequence)");
        if (clock.isExpired(time)) {
            return false;
        }
        records.beforePut();
        if (isTimePut) {
            clock.advanceTo(time);
        } else {
            additions.note(time);
        }
        records.put(new TimedKey<>(key, time, sequence), value);
        sweep.afterPut();
        return true;
    }

    @Override
    public @Nullable TimedKey<K> add(K key, long time, V value) {
        StoreSpec.checkPresent(name, key, value, "remove(key, time, sequence)");
        if (clock.isExpired(time)) {
            return null;
        }
        records.beforePut();
        TimedKey<K> record = new TimedKey<>(key, time, additions.add(time));
        put(key, time, record.sequence(), value);
        return record;
    }

    @Override
    public @Nullable V get(TimedKey<K> record) {
        return clock.isExpired(record.time()) ? null : records.get(record);
    }

    @Override
    public void remove(K key, long time, long sequence) {
        if (!clock.isExpired(time)) {
            records.delete(new TimedKey<>(key, time, sequence));
        }
    }

    @Override
    public Entries<TimedKey<K>, V> fetch(K key, long first, long last) {
        return records.of(key, first, last);
    }

    @Override
    public Entries<TimedKey<K>, V> fetchAfter(TimedKey<K> record, long last) {
        boolean isLastOfItsTime = record.sequence() == Long.MAX_VALUE;
        if (isLastOfItsTime && record.time() == Long.MAX_VALUE) {
            return Entries.of((direction, action) -> true);
        }
        TimedKey<K> next = isLastOfItsTime
                ? new TimedKey<>(record.key(), record.time() + 1, Long.MIN_VALUE)
                : new TimedKey<>(record.key(), record.time(), record.sequence() + 1);
        return records.from(next, last);
    }

    @Override
    public Entries<TimedKey<K>, V> fetchAll(long first, long last) {
        return records.all(first, last);
    }

    @Override
    public long greatestTime() {
        return isTimePut ? clock.streamTime() : additions.greatestTime();
    }

    @Override
    public long streamTime() {
        return clock.streamTime();
    }

    @Override
    public void advanceTo(long time) {
        if (clock.advanceTo(time)) {
            sweep.afterAdvance();
        }
    }
}
