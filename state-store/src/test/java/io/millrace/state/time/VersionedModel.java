package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.Serdes;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Versions with a history of 40 ms, by either clock: every change that was accepted, in the order of the timestamps. */
final class VersionedModel extends KindModel<VersionedStore<String, String>> {
    private static final int HISTORY = 40;
    private static final int LOOK_BACK = 120;

    private final boolean isTimePut;
    private Content staged = new Content(new TreeMap<>(), Long.MIN_VALUE, Long.MIN_VALUE);
    private Content committed = staged.copy();

    /** @param greatest of the times that were put */
    private record Content(TreeMap<String, TreeMap<Long, Optional<String>>> changes, long streamTime, long greatest) {
        Content copy() {
            TreeMap<String, TreeMap<Long, Optional<String>>> copy = new TreeMap<>();
            changes.forEach((key, ofKey) -> copy.put(key, new TreeMap<>(ofKey)));
            return new Content(copy, streamTime, greatest);
        }
    }

    private VersionedModel(StoreSpec<VersionedStore<String, String>> spec, boolean isTimePut) {
        super(spec);
        this.isTimePut = isTimePut;
    }

    static VersionedModel byWhatIsPut() {
        return new VersionedModel(
                VersionedSpec.of("versions", Serdes.string(), Serdes.string(), Duration.ofMillis(HISTORY)), true);
    }

    static VersionedModel byWhatIsTold() {
        return new VersionedModel(
                new VersionedTableSpec<>("versions", Serdes.string(), Serdes.string(), HISTORY), false);
    }

    @Override
    void change(VersionedStore<String, String> store, Step step, long now) {
        long time = now - step.ago();
        switch (step.action() % 8) {
            case 0, 1 -> {
                boolean isLate = time < limit();
                assertThat(store.delete(key(step), time)).isEqualTo(place(key(step), time));
                accept(isLate, key(step), time, Optional.empty());
            }
            case 2 -> {
                store.advanceTo(time);
                moveTo(isTimePut ? time : Math.min(time, staged.greatest));
            }
            default -> {
                boolean isLate = time < limit();
                String value = "v" + step.size();
                assertThat(store.put(key(step), value, time)).isEqualTo(place(key(step), time));
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
        List<Map.Entry<String, Timestamped<String>>> all = new ArrayList<>();
        for (String key : staged.changes.keySet()) {
            Timestamped<String> latest = latest(key);
            if (latest != null) {
                all.add(Map.entry(key, latest));
            }
        }
        assertThat(store.all().toList()).isEqualTo(all);
        assertThat(store.streamTime()).isEqualTo(staged.streamTime);
        for (String key : KEYS) {
            assertThat(store.get(key)).isEqualTo(latest(key));
            assertThat(store.get(key, Long.MAX_VALUE)).isEqualTo(latest(key));
            long last = Math.max(staged.streamTime, staged.greatest);
            for (long time = last - LOOK_BACK; time <= last; time++) {
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
            if (isTimePut) {
                moveTo(time);
            }
            staged = new Content(staged.changes, staged.streamTime, Math.max(staged.greatest, time));
            staged.changes.computeIfAbsent(key, ignored -> new TreeMap<>()).put(time, value);
        }
    }

    private VersionedStore.Place place(String key, long time) {
        TreeMap<Long, Optional<String>> changes = staged.changes.getOrDefault(key, new TreeMap<>());
        boolean isNewest = changes.isEmpty() || changes.lastKey() <= time;
        VersionedStore.Place place = isNewest ? VersionedStore.Place.NEWEST : VersionedStore.Place.PAST;
        return time < limit() ? VersionedStore.Place.NONE : place;
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
        staged = new Content(staged.changes, Math.max(staged.streamTime, time), staged.greatest);
    }
}
