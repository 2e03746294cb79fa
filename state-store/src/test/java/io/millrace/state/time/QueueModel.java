package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.Serdes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Records that wait beside a list of them in their order. */
final class QueueModel extends KindModel<RecordQueue<String, String>> {
    private static final Comparator<Map.Entry<TimedKey<String>, String>> ORDER =
            Comparator.<Map.Entry<TimedKey<String>, String>>comparingLong(
                            entry -> entry.getKey().time())
                    .thenComparingLong(entry -> entry.getKey().sequence());
    /** The steps' time begins before 1970, what waits does not. */
    private static final long SHIFT = 300;

    private Content staged = new Content(new ArrayList<>(), 0, Long.MIN_VALUE, Long.MIN_VALUE);
    private Content committed = staged.copy();

    private record Content(
            List<Map.Entry<TimedKey<String>, String>> waiting, long sequence, long greatest, long streamTime) {
        Content copy() {
            return new Content(new ArrayList<>(waiting), sequence, greatest, streamTime);
        }
    }

    QueueModel() {
        super(new RecordQueueSpec<>("waiting", Serdes.string(), Serdes.string()));
    }

    @Override
    void change(RecordQueue<String, String> store, Step step, long now) {
        long time = now - step.ago() + SHIFT;
        switch (step.action() % 8) {
            case 0 -> {
                store.advanceTo(time);
                staged = new Content(
                        staged.waiting, staged.sequence, staged.greatest, Math.max(staged.streamTime, time));
            }
            case 1, 2 -> {
                for (int i = 0; i < step.size(); i++) {
                    take(store, time);
                }
            }
            case 3 -> {
                for (int i = 0; i < step.size(); i++) {
                    add(store, key(step), time + 3L * i, "v" + i);
                }
            }
            default -> add(store, key(step), time, "v" + step.size());
        }
        if (step.size() % 3 == 0) {
            checkNext(store);
        }
    }

    private void add(RecordQueue<String, String> store, String key, long time, String value) {
        store.add(key, time, value);
        staged.waiting.add(Map.entry(new TimedKey<>(key, time, staged.sequence), value));
        staged.waiting.sort(ORDER);
        staged = new Content(staged.waiting, staged.sequence + 1, Math.max(staged.greatest, time), staged.streamTime);
    }

    private void take(RecordQueue<String, String> store, long last) {
        RecordQueue.Waiting<String, String> taken = store.takeUntil(last);
        if (staged.waiting.isEmpty() || staged.waiting.get(0).getKey().time() > last) {
            assertThat(taken).isNull();
            return;
        }
        Map.Entry<TimedKey<String>, String> first = staged.waiting.remove(0);
        assertThat(taken)
                .isEqualTo(new RecordQueue.Waiting<>(
                        first.getKey().key(), first.getKey().time(), first.getValue()));
    }

    private void checkNext(RecordQueue<String, String> store) {
        assertThat(store.next())
                .isEqualTo(
                        staged.waiting.isEmpty()
                                ? RecordQueue.NEVER
                                : staged.waiting.get(0).getKey().time());
    }

    @Override
    void check(RecordQueue<String, String> store, Step step, long now) {
        long last = now - step.ago() + SHIFT;
        List<Map.Entry<TimedKey<String>, String>> due = until(last);
        assertThat(store.until(last).toList()).isEqualTo(due);
        assertThat(store.until(last).reversed().limited(2))
                .isEqualTo(reversed(due).stream().limit(2).toList());
        checkNext(store);
    }

    @Override
    void checkAll(RecordQueue<String, String> store) {
        checkNext(store);
        assertThat(store.streamTime()).isEqualTo(staged.streamTime);
        assertThat(store.greatestTime()).isEqualTo(staged.greatest);
        assertThat(store.until(Long.MAX_VALUE).toList()).isEqualTo(staged.waiting);
    }

    private List<Map.Entry<TimedKey<String>, String>> until(long last) {
        return staged.waiting.stream()
                .filter(entry -> entry.getKey().time() <= last)
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
