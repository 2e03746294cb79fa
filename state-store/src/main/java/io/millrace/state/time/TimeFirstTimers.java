package io.millrace.state.time;

import io.millrace.state.Entries;
import io.millrace.state.ScanDirection;
import io.millrace.state.StoreLayer;
import org.jspecify.annotations.Nullable;

/** Timers in the order of their times ({@link TimerFormat}). Owned by the partition's thread. */
final class TimeFirstTimers<K> implements Timers<K> {
    private final String name;
    private final TimeFirstQueue<Timer<K>, Boolean> queue;

    TimeFirstTimers(StoreLayer layer, TimerSpec<K> spec) {
        this.name = spec.name();
        this.queue = new TimeFirstQueue<>(layer, new TimerFormat<>(spec.keySerde()), Timer::time, new NothingSerde());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void set(K key, long time) {
        TimeRule.checkQueued("A timer of store '" + name + "' is set to", time);
        queue.put(new Timer<>(key, time), true);
    }

    @Override
    public void cancel(K key, long time) {
        queue.remove(new Timer<>(key, time));
    }

    @Override
    public boolean isSet(K key, long time) {
        return queue.get(new Timer<>(key, time)) != null;
    }

    @Override
    public Entries<K, Long> until(long last) {
        return Entries.of((direction, action) -> {
            Entries<Timer<K>, Boolean> found = queue.until(last);
            return (direction == ScanDirection.FORWARD ? found : found.reversed())
                    .forEachWhile((timer, nothing) -> action.test(timer.key(), timer.time()));
        });
    }

    @Override
    public long next() {
        return queue.next();
    }

    @Override
    public @Nullable Timer<K> takeUntil(long last) {
        return queue.takeUntil(last);
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
