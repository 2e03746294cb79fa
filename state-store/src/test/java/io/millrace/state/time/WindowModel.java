package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Hopping windows of 20 ms each 10 ms, kept for 70 ms in the time that is put or in that which is told. */
final class WindowModel extends KindModel<WindowStore<String, String>> {
    private static final int SIZE = 20;
    private static final int ADVANCE = 10;
    private static final int RETENTION = 70;
    private static final Comparator<Windowed<String>> ORDER =
            Comparator.<Windowed<String>>comparingLong(Windowed::start).thenComparing(Windowed::key);

    private final boolean isTimeTold;
    private Content staged = new Content(new TreeMap<>(ORDER), Long.MIN_VALUE, Long.MIN_VALUE);
    private Content committed = staged.copy();

    private record Content(TreeMap<Windowed<String>, String> windows, long streamTime, long greatestTime) {
        Content copy() {
            return new Content(new TreeMap<>(windows), streamTime, greatestTime);
        }
    }

    private WindowModel(WindowSpec<String, String> spec) {
        super(spec);
        this.isTimeTold = spec.isTimeTold();
    }

    static WindowModel byWhatIsPut() {
        return new WindowModel(WindowSpec.hopping(
                "windows",
                Serdes.string(),
                Serdes.string(),
                Duration.ofMillis(SIZE),
                Duration.ofMillis(ADVANCE),
                Duration.ofMillis(RETENTION)));
    }

    static WindowModel byWhatIsTold() {
        return new WindowModel(
                new WindowSpec<>("windows", Serdes.string(), Serdes.string(), SIZE, ADVANCE, RETENTION, true));
    }

    @Override
    void change(WindowStore<String, String> store, Step step, long now) {
        long start = Math.floorDiv(now - step.ago(), ADVANCE) * ADVANCE;
        Windowed<String> window = new Windowed<>(key(step), start, start + SIZE);
        switch (step.action() % 8) {
            case 0 -> {
                store.remove(key(step), start);
                staged.windows.remove(window);
            }
            case 1 -> {
                store.advanceTo(now - step.ago());
                moveTo(now - step.ago());
            }
            default -> {
                String value = "v" + step.size();
                boolean isLate = start < limit();
                assertThat(store.put(key(step), start, value)).isEqualTo(!isLate);
                if (!isLate) {
                    if (!isTimeTold) {
                        moveTo(start);
                    }
                    staged = new Content(staged.windows, staged.streamTime, Math.max(staged.greatestTime, start));
                    staged.windows.put(window, value);
                }
            }
        }
        assertThat(store.streamTime()).isEqualTo(staged.streamTime);
    }

    @Override
    void check(WindowStore<String, String> store, Step step, long now) {
        long first = now - step.ago();
        long last = first + step.size();
        long start = Math.floorDiv(first, ADVANCE) * ADVANCE;
        assertThat(store.fetch(key(step), start))
                .isEqualTo(staged.windows.get(new Windowed<>(key(step), start, start + SIZE)));
        List<Map.Entry<Windowed<String>, String>> all = between(first, last);
        List<Map.Entry<Windowed<String>, String>> ofKey = all.stream()
                .filter(entry -> entry.getKey().key().equals(key(step)))
                .toList();
        assertThat(store.fetch(key(step), first, last).toList()).isEqualTo(ofKey);
        assertThat(store.fetch(key(step), first, last).reversed().toList()).isEqualTo(reversed(ofKey));
        assertThat(store.fetchAll(first, last).toList()).isEqualTo(all);
        String begin = beginKey(step);
        String end = endKey(step);
        List<Map.Entry<Windowed<String>, String>> inRange = all.stream()
                .filter(entry -> isInRange(entry.getKey().key(), begin, end))
                .toList();
        assertThat(store.fetch(begin, end, first, last).toList()).isEqualTo(inRange);
        assertThat(store.fetch(begin, end, first, last).reversed().toList()).isEqualTo(reversed(inRange));
        assertThat(store.fetch(begin, end, first, last).reversed().first())
                .isEqualTo(reversed(inRange).stream().findFirst());
        assertThat(store.fetchAll(first, last).reversed().limited(2))
                .isEqualTo(reversed(all).stream().limit(2).toList());
    }

    @Override
    void checkAll(WindowStore<String, String> store) {
        assertThat(store.streamTime()).isEqualTo(staged.streamTime);
        assertThat(store.greatestTime()).isEqualTo(Math.max(staged.streamTime, staged.greatestTime));
        List<Map.Entry<Windowed<String>, String>> all = between(Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(store.fetchAll(Long.MIN_VALUE, Long.MAX_VALUE).toList()).isEqualTo(all);
        assertThat(store.all().toList()).isEqualTo(all);
        assertThat(store.fetch("a", null, Long.MIN_VALUE, Long.MAX_VALUE).toList())
                .isEqualTo(all.stream()
                        .filter(entry -> isInRange(entry.getKey().key(), "a", null))
                        .toList());
        for (String key : KEYS) {
            assertThat(store.fetch(key, Long.MIN_VALUE, Long.MAX_VALUE).toList())
                    .isEqualTo(all.stream()
                            .filter(entry -> entry.getKey().key().equals(key))
                            .toList());
        }
    }

    @Override
    void commit() {
        committed = staged.copy();
    }

    @Override
    void abort() {
        staged = committed.copy();
    }

    private List<Map.Entry<Windowed<String>, String>> between(long first, long last) {
        return staged.windows.entrySet().stream()
                .filter(entry ->
                        entry.getKey().start() >= first && entry.getKey().start() <= last)
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    private long limit() {
        return staged.streamTime == Long.MIN_VALUE ? Long.MIN_VALUE : staged.streamTime - RETENTION;
    }

    private void moveTo(long time) {
        staged = new Content(staged.windows, Math.max(staged.streamTime, time), staged.greatestTime);
        staged.windows.keySet().removeIf(window -> window.start() < limit());
    }
}
