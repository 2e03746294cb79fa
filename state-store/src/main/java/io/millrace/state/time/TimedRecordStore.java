package io.millrace.state.time;

import io.millrace.state.Entries;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreSpec;

/** Records in buckets of time. Owned by the partition's thread. */
final class TimedRecordStore<K, V> implements RecordStore<K, V> {
    private final String name;
    private final StreamClock clock;
    private final TimedEntries<K, V> records;
    private final ExpirySweep sweep;

    TimedRecordStore(StoreLayer layer, RecordSpec<K, V> spec, long bucketMillis) {
        this.name = spec.name();
        this.clock = new StreamClock(layer, spec.retentionMillis(), bucketMillis);
        this.records = new TimedEntries<>(layer, clock, spec.keySerde(), spec.valueSerde());
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
        clock.advanceTo(time);
        records.put(new TimedKey<>(key, time, sequence), value);
        sweep.afterPut();
        return true;
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
    public Entries<TimedKey<K>, V> fetchAll(long first, long last) {
        return records.all(first, last);
    }

    @Override
    public long streamTime() {
        return clock.streamTime();
    }

    @Override
    public void advanceTo(long time) {
        if (clock.advanceTo(time)) {
            sweep.step();
        }
    }
}
