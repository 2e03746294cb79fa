package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.Serdes;
import io.millrace.state.StoreSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Records that are kept for 50 ms, in the time that is put or in that which is told. */
final class RecordModel extends KindModel<RecordStore<String, String>> {
    private static final int RETENTION = 50;
    private static final Comparator<TimedKey<String>> ORDER = Comparator.<TimedKey<String>, String>comparing(
                    TimedKey::key)
            .thenComparing(TimedKey::time)
            .thenComparing(TimedKey::sequence);

    private final boolean isTimePut;
    private Content staged = new Content(new TreeMap<>(ORDER), Long.MIN_VALUE, 0);
    private Content committed = staged.copy();

    private record Content(TreeMap<TimedKey<String>, String> records, long streamTime, long nextSequence) {
        Content copy() {
            return new Content(new TreeMap<>(records), streamTime, nextSequence);
        }
    }

    private RecordModel(StoreSpec<RecordStore<String, String>> spec, boolean isTimePut) {
        super(spec);
        this.isTimePut = isTimePut;
    }

    static RecordModel byWhatIsPut() {
        return new RecordModel(
                RecordSpec.of("records", Serdes.string(), Serdes.string(), Duration.ofMillis(RETENTION)), true);
    }

    static RecordModel byWhatIsTold() {
        return new RecordModel(
                new RecordBufferSpec<>("records", Serdes.string(), Serdes.string(), RETENTION, 20), false);
    }

    @Override
    void change(RecordStore<String, String> store, Step step, long now) {
        long time = now - step.ago();
        int sequence = step.size() % 3 - 1;
        TimedKey<String> key = new TimedKey<>(key(step), time, sequence);
        switch (step.action() % 8) {
            case 0 -> {
                store.remove(key(step), time, sequence);
                staged.records.remove(key);
            }
            case 1 -> {
                store.advanceTo(time);
                moveTo(time);
            }
            case 2, 3 -> {
                String value = "a" + step.size();
                boolean isLate = time < limit();
                TimedKey<String> added = new TimedKey<>(key(step), time, staged.nextSequence);
                assertThat(store.add(key(step), time, value)).isEqualTo(isLate ? null : added);
                if (!isLate) {
                    put(added, value);
                    staged = new Content(staged.records, staged.streamTime, staged.nextSequence + 1);
                }
            }
            default -> {
                String value = "v" + step.size();
                boolean isLate = time < limit();
                assertThat(store.put(key(step), time, sequence, value)).isEqualTo(!isLate);
                if (!isLate) {
                    put(key, value);
                }
            }
        }
    }

    private void put(TimedKey<String> key, String value) {
        if (isTimePut) {
            moveTo(key.time());
        }
        staged.records.put(key, value);
    }

    @Override
    void check(RecordStore<String, String> store, Step step, long now) {
        long first = now - step.ago();
        long last = first + step.size();
        List<Map.Entry<TimedKey<String>, String>> found = between(key(step), first, last);
        assertThat(store.fetch(key(step), first, last).toList()).isEqualTo(found);
        assertThat(store.fetch(key(step), first, last).reversed().toList()).isEqualTo(reversed(found));
        assertThat(store.fetch(key(step), first, last).limited(1))
                .isEqualTo(found.stream().limit(1).toList());
        TimedKey<String> present = new TimedKey<>(key(step), first, step.size() % 3 - 1);
        assertThat(store.get(present)).isEqualTo(staged.records.get(present));
        List<Map.Entry<TimedKey<String>, String>> behind = found.stream()
                .filter(entry -> ORDER.compare(entry.getKey(), present) > 0)
                .toList();
        assertThat(store.fetchAfter(present, last).toList()).isEqualTo(behind);
        assertThat(store.fetchAfter(present, last).reversed().toList()).isEqualTo(reversed(behind));
        checkAll(store, first, last);
    }

    @Override
    void checkAll(RecordStore<String, String> store) {
        assertThat(store.streamTime()).isEqualTo(staged.streamTime);
        for (String key : KEYS) {
            assertThat(store.fetch(key, Long.MIN_VALUE, Long.MAX_VALUE).toList())
                    .isEqualTo(between(key, Long.MIN_VALUE, Long.MAX_VALUE));
        }
        checkAll(store, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    void commit() {
        committed = staged.copy();
    }

    @Override
    void abort() {
        staged = committed.copy();
    }

    private void checkAll(RecordStore<String, String> store, long first, long last) {
        List<Map.Entry<TimedKey<String>, String>> expected = new ArrayList<>();
        for (String key : KEYS) {
            expected.addAll(between(key, first, last));
        }
        List<Map.Entry<TimedKey<String>, String>> all =
                store.fetchAll(first, last).toList();
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(store.fetchAll(first, last).reversed().toList()).isEqualTo(reversed(all));
        for (String key : KEYS) {
            assertThat(all.stream().filter(entry -> entry.getKey().key().equals(key)))
                    .containsExactlyElementsOf(between(key, first, last));
        }
    }

    private List<Map.Entry<TimedKey<String>, String>> between(String key, long first, long last) {
        return staged.records.entrySet().stream()
                .filter(entry -> entry.getKey().key().equals(key)
                        && entry.getKey().time() >= first
                        && entry.getKey().time() <= last)
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    private long limit() {
        return staged.streamTime == Long.MIN_VALUE ? Long.MIN_VALUE : staged.streamTime - RETENTION;
    }

    private void moveTo(long time) {
        staged = new Content(staged.records, Math.max(staged.streamTime, time), staged.nextSequence);
        staged.records.keySet().removeIf(key -> key.time() < limit());
    }
}
