package io.millrace.dsl.operator;

import io.millrace.dsl.ProcessContext;
import io.millrace.dsl.TimerHandler;
import io.millrace.state.Entries;
import io.millrace.state.time.Timer;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;
import org.jspecify.annotations.Nullable;

/** One store of timers with what they do; as its step sees it, every new timer is told to the task. */
final class StepTimers<K> implements Timers<K> {
    private final TimerSpec<K> spec;
    private final Timers<K> store;
    private final RecordContext context;
    private @Nullable TimerHandler<K> handler;
    private @Nullable Timer<K> firing;

    StepTimers(TimerSpec<K> spec, Timers<K> store, RecordContext context) {
        this.spec = spec;
        this.store = store;
        this.context = context;
    }

    void handle(TimerHandler<K> what) {
        if (handler != null) {
            throw new IllegalStateException("What timers '" + spec.name() + "' do was said before: call onTimer once");
        }
        handler = what;
    }

    boolean isHandled() {
        return handler != null;
    }

    boolean isEventTime() {
        return spec.clock() == TimerSpec.Clock.EVENT_TIME;
    }

    /** Fires the first timer, which is due. */
    void fireFirst(ProcessContext step) {
        Timer<K> first = store.takeUntil(NEVER - 1);
        TimerHandler<K> what = handler;
        if (first == null || what == null) {
            throw new IllegalStateException("No timer of '" + spec.name() + "' is due");
        }
        firing = first;
        context.begin(first.key(), first.time());
        what.fire(first.key(), first.time(), step);
        firing = null;
    }

    @Override
    public void set(K key, long time) {
        Timer<K> present = firing;
        if (present != null && time <= present.time() && key.equals(present.key())) {
            throw new IllegalArgumentException("A timer of '" + spec.name() + "' for " + key + " fires at "
                    + present.time() + " and sets itself to " + time
                    + ", so it would never end: set it to a later time");
        }
        store.set(key, time);
        if (isEventTime()) {
            context.dueAtEventTime(time);
        } else {
            context.dueAtWallClock(time);
        }
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public void cancel(K key, long time) {
        store.cancel(key, time);
    }

    @Override
    public boolean isSet(K key, long time) {
        return store.isSet(key, time);
    }

    @Override
    public Entries<K, Long> until(long last) {
        return store.until(last);
    }

    @Override
    public long next() {
        return store.next();
    }

    @Override
    public @Nullable Timer<K> takeUntil(long last) {
        return store.takeUntil(last);
    }

    @Override
    public long streamTime() {
        return store.streamTime();
    }

    @Override
    public void advanceTo(long time) {
        store.advanceTo(time);
    }
}
