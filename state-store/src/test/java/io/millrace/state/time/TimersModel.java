package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.Serdes;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Timers beside a sorted set of them. */
final class TimersModel extends KindModel<Timers<String>> {
    private static final Comparator<Timer<String>> ORDER =
            Comparator.<Timer<String>>comparingLong(Timer::time).thenComparing(Timer::key);
    /** The steps' time begins before 1970, timers do not. */
    private static final long SHIFT = 300;

    private Content staged = new Content(new TreeSet<>(ORDER), Long.MIN_VALUE);
    private Content committed = staged.copy();

    private record Content(TreeSet<Timer<String>> timers, long streamTime) {
        Content copy() {
            return new Content(new TreeSet<>(timers), streamTime);
        }
    }

    TimersModel() {
        super(TimerSpec.eventTime("timers", Serdes.string()));
    }

    @Override
    void change(Timers<String> store, Step step, long now) {
        Timer<String> timer = new Timer<>(key(step), now - step.ago() + SHIFT);
        switch (step.action() % 8) {
            case 0 -> {
                store.cancel(timer.key(), timer.time());
                staged.timers.remove(timer);
            }
            case 1 -> {
                store.advanceTo(timer.time());
                staged = new Content(staged.timers, Math.max(staged.streamTime, timer.time()));
            }
            case 2, 3 -> {
                for (int i = 0; i < step.size(); i++) {
                    take(store, timer.time());
                }
            }
            case 4 -> {
                for (int i = 0; i < step.size(); i++) {
                    set(store, new Timer<>(timer.key(), timer.time() + 3L * i));
                }
            }
            default -> set(store, timer);
        }
        if (step.size() % 3 == 0) {
            checkNext(store);
        }
    }

    private void set(Timers<String> store, Timer<String> timer) {
        store.set(timer.key(), timer.time());
        staged.timers.add(timer);
    }

    private void take(Timers<String> store, long last) {
        boolean isDue = !staged.timers.isEmpty() && staged.timers.first().time() <= last;
        assertThat(store.takeUntil(last)).isEqualTo(isDue ? staged.timers.pollFirst() : null);
    }

    private void checkNext(Timers<String> store) {
        assertThat(store.next())
                .isEqualTo(
                        staged.timers.isEmpty()
                                ? Timers.NEVER
                                : staged.timers.first().time());
    }

    @Override
    void check(Timers<String> store, Step step, long now) {
        long last = now - step.ago() + SHIFT;
        assertThat(store.isSet(key(step), last)).isEqualTo(staged.timers.contains(new Timer<>(key(step), last)));
        List<Map.Entry<String, Long>> due = until(last);
        assertThat(store.until(last).toList()).isEqualTo(due);
        assertThat(store.until(last).reversed().limited(2))
                .isEqualTo(reversed(due).stream().limit(2).toList());
        checkNext(store);
    }

    @Override
    void checkAll(Timers<String> store) {
        checkNext(store);
        assertThat(store.streamTime()).isEqualTo(staged.streamTime);
        assertThat(store.until(Long.MAX_VALUE).toList()).isEqualTo(until(Long.MAX_VALUE));
    }

    private List<Map.Entry<String, Long>> until(long last) {
        return staged.timers.stream()
                .filter(timer -> timer.time() <= last)
                .map(timer -> Map.entry(timer.key(), timer.time()))
                .toList();
    }

    @Override
    void commit() {
        committed = staged.copy();
    }

    @Override
    void abort() {
        staged = committed.copy();
    }
}
