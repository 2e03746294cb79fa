package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.Serdes;
import io.millrace.state.Timestamped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Versions with a history of 40 ms: every change that was accepted, in the order of the timestamps. */
final class VersionedModel extends KindModel<VersionedStore<String, String>> {
    private static final int HISTORY = 40;
    private static final int LOOK_BACK = 120;

    private Content staged = new Content(new TreeMap<>(), Long.MIN_VALUE);
    private Content committed = staged.copy();

    private record Content(TreeMap<String, TreeMap<Long, Optional<String>>> changes, long streamTime) {
        Content copy() {
            TreeMap<String, TreeMap<Long, Optional<String>>> copy = new TreeMap<>();
            changes.forEach((key, ofKey) -> copy.put(key, new TreeMap<>(ofKey)));
            return new Content(copy, streamTime);
        }
    }

    VersionedModel() {
        super(VersionedSpec.of("versions", Serdes.string(), Serdes.string(), Duration.ofMillis(HISTORY)));
    }

    @Override
    void change(VersionedStore<String, String> store, Step step, long now) {
        long time = now - step.ago();
        switch (step.action() % 8) {
            case 0, 1 -> {
                boolean isLate = time < limit();
                assertThat(store.delete(key(step), time)).isEqualTo(!isLate);
                accept(isLate, key(step), time, Optional.empty());
            }
            case 2 -> {
                store.advanceTo(time);
                moveTo(time);
            }
            default -> {
                boolean isLate = time < limit();
                String value = "v" + step.size();
                assertThat(store.put(key(step), value, time)).isEqualTo(!isLate);
                accept(isLate, key(step), time, Optional.of(value));
            }
        }
    }

    @Override
    void check(VersionedStore<String, String> store, Step step, long now) {
        assertThat(store.get(key(step))).isEqualTo(latest(key(step)));
        assertThat(store.get(key(step), now - step.ago())).isEqualTo(asOf(key(step), now - step.ago()));
    }

    @Override
    void checkAll(VersionedStore<String, String> store) {
        assertThat(store.streamTime()).isEqualTo(staged.streamTime);
        for (String key : KEYS) {
            assertThat(store.get(key)).isEqualTo(latest(key));
            assertThat(store.get(key, Long.MAX_VALUE)).isEqualTo(latest(key));
            for (long time = staged.streamTime - LOOK_BACK; time <= staged.streamTime; time++) {
                assertThat(store.get(key, time)).as("%s as of %s", key, time).isEqualTo(asOf(key, time));
            }
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

    private void accept(boolean isLate, String key, long time, Optional<String> value) {
        if (!isLate) {
            moveTo(time);
            staged.changes.computeIfAbsent(key, ignored -> new TreeMap<>()).put(time, value);
        }
    }

    private @Nullable Timestamped<String> latest(String key) {
        TreeMap<Long, Optional<String>> changes = staged.changes.getOrDefault(key, new TreeMap<>());
        return timestamped(changes.lastEntry());
    }

    private @Nullable Timestamped<String> asOf(String key, long time) {
        TreeMap<Long, Optional<String>> changes = staged.changes.getOrDefault(key, new TreeMap<>());
        Map.Entry<Long, Optional<String>> change = changes.floorEntry(time);
        boolean isKnown = time >= limit() || (change != null && change.equals(changes.lastEntry()));
        return isKnown ? timestamped(change) : null;
    }

    private static @Nullable Timestamped<String> timestamped(Map.@Nullable Entry<Long, Optional<String>> change) {
        return change == null || change.getValue().isEmpty()
                ? null
                : new Timestamped<>(change.getValue().get(), change.getKey());
    }

    private long limit() {
        return staged.streamTime == Long.MIN_VALUE ? Long.MIN_VALUE : staged.streamTime - HISTORY;
    }

    private void moveTo(long time) {
        staged = new Content(staged.changes, Math.max(staged.streamTime, time));
    }
}
