package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What one change is in the changelog, to the byte: key, then value. */
class TimeBytesTest {
    private static final String CLOCK = "00";

    @Test
    void aWindow() {
        WindowSpec<String, String> spec = WindowSpec.tumbling(
                "store", Serdes.string(), Serdes.string(), Duration.ofMillis(16), Duration.ofMillis(32));

        assertThat(changes(spec, store -> store.put("k", 16, "v")))
                .containsExactly(
                        CLOCK + " 8000000000000010" + "0000000000000001", "01" + "8000000000000010" + "6b" + " 76");
    }

    @Test
    void aTimerAndTheTimeThatItWasTold() {
        assertThat(changes(TimerSpec.eventTime("store", Serdes.string()), store -> {
                    store.set("k", 17);
                    store.set("gone", 16);
                    store.takeUntil(16);
                    store.advanceTo(18);
                }))
                .containsExactly(
                        "01" + "8000000000000011" + "6b" + " ",
                        "01" + "8000000000000010" + "676f6e65" + " deleted",
                        CLOCK + " 8000000000000012" + "0000000000000001" + "01" + "8000000000000010");
    }

    @Test
    void aRecord() {
        RecordSpec<String, String> spec =
                RecordSpec.of("store", Serdes.string(), Serdes.string(), Duration.ofMillis(64));

        assertThat(changes(spec, store -> store.put("k", 17, 5, "v")))
                .containsExactly(
                        CLOCK + " 8000000000000011" + "0000000000000010",
                        "01" + "8000000000000010" + "016b" + "8000000000000011" + "8000000000000005" + " 76");
    }

    @Test
    void anAddedRecordAndTheTimeThatItsBufferWasTold() {
        RecordBufferSpec<String, String> spec =
                new RecordBufferSpec<>("store", Serdes.string(), Serdes.string(), 0, 64);

        assertThat(changes(spec, store -> {
                    store.add("k", 17, "v");
                    store.advanceTo(16);
                }))
                .containsExactly(
                        "03" + " 8000000000000011" + "0000000000000001",
                        "01" + "8000000000000010" + "016b" + "8000000000000011" + "8000000000000000" + " 76",
                        CLOCK + " 8000000000000010" + "0000000000000010" + "01" + "8000000000000010");
    }

    @Test
    void aSessionThatIsExtended() {
        SessionSpec<String, String> spec =
                SessionSpec.of("store", Serdes.string(), Serdes.string(), Duration.ofMillis(1), Duration.ofMillis(128));

        assertThat(changes(spec, store -> {
                    store.put(new Session<>("k", 17, 18), "u");
                    store.replace(new Session<>("k", 17, 18), new Session<>("k", 17, 19), "v");
                }))
                .containsExactly(
                        CLOCK + " 8000000000000013" + "0000000000000010",
                        "01" + "8000000000000010" + "016b" + " ",
                        "02" + "6b" + " 8000000000000011" + "8000000000000013" + "0000000000000000" + "8000000000000010"
                                + "76");
    }

    @Test
    void aSessionThatIsRemoved() {
        SessionSpec<String, String> spec =
                SessionSpec.of("store", Serdes.string(), Serdes.string(), Duration.ofMillis(1), Duration.ofMillis(128));

        assertThat(changes(spec, store -> {
                    store.put(new Session<>("k", 17, 18), "u");
                    store.remove(new Session<>("k", 17, 18));
                }))
                .containsExactly(
                        CLOCK + " 8000000000000012" + "0000000000000010",
                        "01" + "8000000000000010" + "016b" + " deleted",
                        "02" + "6b" + " deleted");
    }

    @Test
    void twoSessions() {
        SessionSpec<String, String> spec =
                SessionSpec.of("store", Serdes.string(), Serdes.string(), Duration.ofMillis(1), Duration.ofMillis(128));

        assertThat(changes(spec, store -> {
                    store.put(new Session<>("k", 17, 18), "u");
                    store.put(new Session<>("k", 30, 30), "v");
                }))
                .containsExactly(
                        CLOCK + " 800000000000001e" + "0000000000000010",
                        "01" + "8000000000000010" + "016b" + " ",
                        "02" + "6b" + " 800000000000001e" + "800000000000001e" + "8000000000000012" + "8000000000000010"
                                + "76",
                        "01" + "8000000000000010" + "016b" + "8000000000000012" + "8000000000000011" + " 75");
    }

    @Test
    void versionsAndADeletion() {
        VersionedSpec<String, String> spec =
                VersionedSpec.of("store", Serdes.string(), Serdes.string(), Duration.ofMillis(256));

        assertThat(changes(spec, store -> store.put("k", "v", 17)))
                .containsExactly(
                        CLOCK + " 8000000000000011" + "0000000000000010", "02" + "6b" + " 0000000000000011" + "76");
        assertThat(changes(spec, store -> {
                    store.put("k", "u", 17);
                    store.put("k", "v", 19);
                    store.delete("k", 33);
                }))
                .containsExactly(
                        CLOCK + " 8000000000000021" + "0000000000000010",
                        "02" + "6b" + " deleted",
                        "01" + "8000000000000010" + "016b" + "8000000000000013" + "8000000000000011" + " 01" + "75",
                        "01" + "8000000000000020" + "016b" + "8000000000000021" + "8000000000000013" + " 01" + "76",
                        "01" + "8000000000000020" + "016b" + "8000000000000021" + "8000000000000021" + " 00");
    }

    @Test
    void aVersionOfATableAndTheTimeThatItWasTold() {
        assertThat(changes(new VersionedTableSpec<>("store", Serdes.string(), Serdes.string(), 256), store -> {
                    store.put("k", "v", 17);
                    store.advanceTo(16);
                }))
                .containsExactlyInAnyOrder(
                        CLOCK + " 8000000000000010" + "0000000000000010" + "01" + "7fffffffffffff10",
                        "02" + "6b" + " 0000000000000011" + "76",
                        "03" + " 8000000000000011" + "0000000000000000");
    }

    @Test
    void aRecordThatWaits() {
        assertThat(changes(new RecordQueueSpec<>("store", Serdes.string(), Serdes.string()), store -> {
                    store.add("gone", 16, "u");
                    store.add("k", 17, "v");
                    store.takeUntil(16);
                    store.advanceTo(18);
                }))
                .containsExactlyInAnyOrder(
                        "01" + "8000000000000010" + "8000000000000000" + "676f6e65" + " deleted",
                        "01" + "8000000000000011" + "8000000000000001" + "6b" + " 76",
                        "03" + " 8000000000000011" + "0000000000000002",
                        CLOCK + " 8000000000000012" + "0000000000000001" + "01" + "8000000000000010");
    }

    @Test
    void aValueByKeyAloneOrWithATime() {
        assertThat(changes(StoreSpec.keyValue("store", Serdes.string(), Serdes.string()), store -> store.put("k", "v")))
                .containsExactly("6b 76");
        assertThat(changes(
                        StoreSpec.sorted("store", OrderedSerdes.int32(), Serdes.string()), store -> store.put(1, "v")))
                .containsExactly("80000001 76");
        assertThat(changes(
                        StoreSpec.timestamped("store", Serdes.string(), Serdes.string()),
                        store -> store.put("k", new Timestamped<>("v", 17))))
                .containsExactly("6b 000000000000001176");
    }

    private static <S> List<String> changes(StoreSpec<S> spec, Consumer<S> change) {
        List<String> changes = new ArrayList<>();
        try (StateDatabase database = StateDatabase.open(new MemoryBackend("log"), StateStoreConfig.defaults())) {
            PartitionState partition = database.partition(0, List.of(spec));
            change.accept(partition.store(spec));
            partition.forEachChange(
                    (store, key, value) -> changes.add(HexFormat.of().formatHex(key.toByteArray()) + " "
                            + (value == null ? "deleted" : HexFormat.of().formatHex(value.toByteArray()))));
        }
        return changes;
    }
}
