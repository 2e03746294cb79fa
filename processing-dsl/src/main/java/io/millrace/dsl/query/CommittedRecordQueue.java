package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.time.RecordQueue;
import io.millrace.state.time.TimedKey;
import org.jspecify.annotations.Nullable;

/** Records that wait, over their partitions. */
final class CommittedRecordQueue<K, V> implements RecordQueue<K, V> {
    private final StateReader<RecordQueue<K, V>> reader;

    CommittedRecordQueue(StateReader<RecordQueue<K, V>> reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public Entries<TimedKey<K>, V> until(long last) {
        return reader.entries(queue -> queue.until(last));
    }

    @Override
    public long next() {
        return -reader.max(queue -> -queue.next());
    }

    @Override
    public long greatestTime() {
        return reader.max(RecordQueue::greatestTime);
    }

    @Override
    public long streamTime() {
        return reader.max(RecordQueue::streamTime);
    }

    @Override
    public void add(K key, long time, V value) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public @Nullable Waiting<K, V> takeUntil(long last) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public void advanceTo(long time) {
        throw CommittedState.readOnly(name());
    }
}
