package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.time.Timer;
import io.millrace.state.time.Timers;
import org.jspecify.annotations.Nullable;

/** Timers over their partitions. */
final class CommittedTimers<K> implements Timers<K> {
    private final StateReader<Timers<K>> reader;

    CommittedTimers(StateReader<Timers<K>> reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return reader.name();
    }

    @Override
    public boolean isSet(K key, long time) {
        return reader.sum(timers -> timers.isSet(key, time) ? 1 : 0) > 0;
    }

    @Override
    public Entries<K, Long> until(long last) {
        return reader.entries(timers -> timers.until(last));
    }

    @Override
    public long next() {
        return -reader.max(timers -> -timers.next());
    }

    @Override
    public long streamTime() {
        return reader.max(Timers::streamTime);
    }

    @Override
    public void set(K key, long time) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public void cancel(K key, long time) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public @Nullable Timer<K> takeUntil(long last) {
        throw CommittedState.readOnly(name());
    }

    @Override
    public void advanceTo(long time) {
        throw CommittedState.readOnly(name());
    }
}
