package io.millrace.state.time;

import io.millrace.state.Entries;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreSpec;
import org.jspecify.annotations.Nullable;

/** Records that wait, in the order of their times ({@link QueueFormat}). Owned by the partition's thread. */
final class TimeFirstRecords<K, V> implements RecordQueue<K, V> {
    private final String name;
    private final Additions additions;
    private final TimeFirstQueue<TimedKey<K>, V> queue;

    TimeFirstRecords(StoreLayer layer, RecordQueueSpec<K, V> spec) {
        this.name = spec.name();
        this.additions = new Additions(layer);
        this.queue = new TimeFirstQueue<>(layer, new QueueFormat<>(spec.keySerde()), TimedKey::time, spec.valueSerde());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void add(K key, long time, V value) {
        StoreSpec.checkPresent(name, key, value, "takeUntil(last)");
        TimeRule.checkQueued("A record of store '" + name + "' waits for", time);
        queue.put(new TimedKey<>(key, time, additions.add(time)), value);
    }

    @Override
    public long next() {
        return queue.next();
    }

    @Override
    public @Nullable Waiting<K, V> takeUntil(long last) {
        TimedKey<K> first = queue.first();
        if (first == null || first.time() > last) {
            return null;
        }
        // Values are not read ahead: there may be many, and large ones.
        V value = queue.get(first);
        if (value == null) {
            throw new IllegalStateException("Store '" + name + "' has lost " + first + " while it waited");
        }
        queue.takeUntil(last);
        return new Waiting<>(first.key(), first.time(), value);
    }

    @Override
    public Entries<TimedKey<K>, V> until(long last) {
        return queue.until(last);
    }

    @Override
    public long greatestTime() {
        return additions.greatestTime();
    }

    @Override
    public long streamTime() {
        return queue.streamTime();
    }

    @Override
    public void advanceTo(long time) {
        queue.advanceTo(time);
    }
}
