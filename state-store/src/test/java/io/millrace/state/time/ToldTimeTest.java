package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import io.millrace.state.memory.MemoryBackend;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A store that begins to go by what it is told, and one that ends to, go on with what is in it. */
class ToldTimeTest {
    private static final String NOTHING_EXPIRED = "0000000000000001";

    private static WindowSpec<String, String> windows(boolean isTimeTold) {
        return new WindowSpec<>("store", Serdes.string(), Serdes.string(), 16, 16, 32, isTimeTold);
    }

    private static SessionSpec<String, String> sessions(boolean isTimeTold) {
        return new SessionSpec<>("store", Serdes.string(), Serdes.string(), 16, 32, isTimeTold);
    }

    @Test
    void theKindOfTimeIsNotPinned() {
        assertThat(windows(true).manifest()).isEqualTo(windows(false).manifest());
        assertThat(sessions(true).manifest()).isEqualTo(sessions(false).manifest());
    }

    @Test
    void windowsThatWentByWhatWasPutAreFoundAndWhatIsPutExpiresThemNoMore() {
        PartitionState partition = partition(windows(true));
        restore(partition, "00", "8000000000000030" + NOTHING_EXPIRED);
        restore(partition, "01" + "8000000000000030" + "6b", "76");
        partition.restored("store", 2);
        WindowStore<String, String> store = partition.store(windows(true));

        assertThat(store.fetch("k", 0, 1000).toList()).hasSize(1);
        assertThat(store.put("k", 160, "ahead")).isTrue();
        assertThat(store.put("k", 16, "in time")).isTrue();
        assertThat(store.put("k", 0, "late before")).isFalse();
        assertThat(store.fetch("k", 0, 1000).toList()).hasSize(3);
        assertThat(store.streamTime()).isEqualTo(48);
        assertThat(store.greatestTime()).isEqualTo(160);
    }

    @Test
    void windowsThatWentByWhatWasToldAreFoundWhereTheyAreAhead() {
        PartitionState partition = partition(windows(false));
        restore(partition, "00", "8000000000000030" + NOTHING_EXPIRED);
        restore(partition, "03", "80000000000000a0" + "0000000000000000");
        restore(partition, "01" + "80000000000000a0" + "6b", "76");
        partition.restored("store", 3);

        assertThat(partition.store(windows(false)).fetch("k", 0, 1000).toList()).hasSize(1);
    }

    @Test
    void whatExpiredInATransactionThatWasAbortedGoesInTheNextOne() {
        WindowSpec<String, String> spec =
                new WindowSpec<>("store", Serdes.string(), Serdes.string(), 16, 16, 6400, true);
        PartitionState partition = partition(spec);
        WindowStore<String, String> store = partition.store(spec);
        store.put("k", 16, "v");
        store.advanceTo(20);
        partition.commit(Map.of("store", 1L));
        store.advanceTo(7000);
        partition.abort();

        store.advanceTo(6999);
        List<String> deleted = new ArrayList<>();
        partition.forEachChange((index, key, value) -> {
            if (value == null) {
                deleted.add(HexFormat.of().formatHex(key.toByteArray()));
            }
        });
        assertThat(deleted).containsExactly("01" + "8000000000000010" + "6b");
    }

    private static PartitionState partition(StoreSpec<?> spec) {
        return StateDatabase.open(new MemoryBackend("log"), StateStoreConfig.defaults())
                .partition(0, List.of(spec));
    }

    private static void restore(PartitionState partition, String key, String value) {
        partition.restore("store", hex(key), hex(value));
    }

    private static BytesView hex(String digits) {
        return BytesView.of(HexFormat.of().parseHex(digits));
    }
}
