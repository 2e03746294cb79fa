package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StoredEntryReaderTest {
    @Test
    void valuesByKeyWithAndWithoutATime() {
        assertThat(entries(StoreSpec.keyValue("store", Serdes.string(), Serdes.string()), store -> store.put("k", "v")))
                .containsExactly("k v");
        assertThat(entries(
                        StoreSpec.timestamped("store", Serdes.string(), Serdes.string()),
                        store -> store.put("k", new Timestamped<>("v", 17))))
                .containsExactly("k timestamp=17 v");
    }

    @Test
    void windows() {
        WindowSpec<String, String> spec = WindowSpec.tumbling(
                "store", Serdes.string(), Serdes.string(), Duration.ofMillis(16), Duration.ofMillis(32));
        assertThat(entries(spec, store -> {
                    store.put("k", -16, "u");
                    store.put("k", 16, "v");
                }))
                .containsExactly("k start=-16 end=0 u", "k start=16 end=32 v");
    }

    @Test
    void recordsOfOneTimeByTheirSequence() {
        RecordSpec<String, String> spec =
                RecordSpec.of("store", Serdes.string(), Serdes.string(), Duration.ofMillis(64));
        assertThat(entries(spec, store -> store.put("k", 17, 5, "v"))).containsExactly("k time=17 sequence(5) v");
    }

    @Test
    void bufferedRecordsButNotWhatWasAdded() {
        RecordBufferSpec<String, String> spec =
                new RecordBufferSpec<>("store", Serdes.string(), Serdes.string(), 64, 64);
        assertThat(entries(spec, store -> store.add("k", 17, "v"))).containsExactly("k time=17 sequence(0) v");
    }

    @Test
    void timersByTheirTime() {
        TimerSpec<String> spec = new TimerSpec<>("store", TimerSpec.Clock.EVENT_TIME, Serdes.string());
        assertThat(entries(spec, store -> store.set("k", 17))).containsExactly("k time=17 ");
    }

    @Test
    void sessionsNewestAndOlderButNotRemovedOnes() {
        SessionSpec<String, String> spec =
                SessionSpec.of("store", Serdes.string(), Serdes.string(), Duration.ofMillis(1), Duration.ofMillis(128));
        assertThat(entries(spec, store -> {
                    store.put(new Session<>("k", 17, 18), "u");
                    store.put(new Session<>("k", 30, 31), "v");
                    store.put(new Session<>("removed", 40, 41), "w");
                    store.remove(new Session<>("removed", 40, 41));
                }))
                .containsExactlyInAnyOrder("k start=30 end=31 v", "k start=17 end=18 u");
    }

    @Test
    void versionsAndDeletions() {
        VersionedSpec<String, String> spec =
                VersionedSpec.of("store", Serdes.string(), Serdes.string(), Duration.ofMillis(256));
        assertThat(entries(spec, store -> {
                    store.put("k", "u", 17);
                    store.put("k", "v", 19);
                    store.put("gone", "w", 20);
                    store.delete("gone", 33);
                }))
                .containsExactlyInAnyOrder(
                        "k from=17 to=19 u", "k from=19 v", "gone from=20 to=33 w", "gone deleted=33 none");
    }

    @Test
    void versionsOfATableButNotWhatWasPut() {
        assertThat(entries(new VersionedTableSpec<>("store", Serdes.string(), Serdes.string(), 256), store -> {
                    store.put("k", "u", 17);
                    store.put("k", "v", 19);
                }))
                .containsExactlyInAnyOrder("k from=17 to=19 u", "k from=19 v");
    }

    @Test
    void recordsThatWaitByTheirTimeAndSequence() {
        assertThat(entries(new RecordQueueSpec<>("store", Serdes.string(), Serdes.string()), store -> {
                    store.add("k", 17, "u");
                    store.add("k", 16, "v");
                }))
                .containsExactlyInAnyOrder("k time=17 sequence(0) u", "k time=16 sequence(1) v");
    }

    @Test
    void aNewerFormatIsNotRead() {
        StoreManifest known =
                StoreSpec.keyValue("store", Serdes.string(), Serdes.string()).manifest();
        assertThat(StoredEntryReader.of(known)).isPresent();
        assertThat(StoredEntryReader.of(known.with("format", "2"))).isEmpty();
        assertThat(StoredEntryReader.of(known.with("kind", "heaps"))).isEmpty();
        assertThat(StoredEntryReader.of(StoreManifest.of("windows", 1))).isEmpty();
    }

    @Test
    void bytesThatNoStoreEverHeldAreRefused() {
        SessionSpec<String, String> spec =
                SessionSpec.of("store", Serdes.string(), Serdes.string(), Duration.ofMillis(1), Duration.ofMillis(128));
        StoredEntryReader reader = StoredEntryReader.of(spec.manifest()).orElseThrow();
        assertThatThrownBy(() -> reader.read(BytesView.of(new byte[] {2, 'k'}), BytesView.of(new byte[5])))
                .isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> reader.read(BytesView.of(new byte[] {1, 0}), new BytesView()))
                .isInstanceOf(RuntimeException.class);
    }

    /** What a change leaves in the store, as it is read from outside. */
    private static <S> List<String> entries(StoreSpec<S> spec, Consumer<S> change) {
        StoredEntryReader reader = StoredEntryReader.of(spec.manifest()).orElseThrow();
        List<String> entries = new ArrayList<>();
        try (StateDatabase database = StateDatabase.open(new MemoryBackend("log"), StateStoreConfig.defaults())) {
            PartitionState partition = database.partition(0, List.of(spec));
            change.accept(partition.store(spec));
            partition.forEachChange((store, key, value) -> {
                if (value != null) {
                    reader.read(key, value).ifPresent(entry -> entries.add(text(entry)));
                }
            });
        }
        return entries;
    }

    private static String text(StoredEntry entry) {
        String times = entry.times().stream()
                .map(time -> time.isTime()
                        ? time.name() + "=" + time.number() + " "
                        : time.name() + "(" + time.number() + ") ")
                .collect(Collectors.joining());
        BytesView value = entry.value();
        return entry.key().toUtf8() + " " + times + (value == null ? "none" : value.toUtf8());
    }
}
