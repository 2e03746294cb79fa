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

/** How far inputs have come is kept beside a store's entries, and goes the way that they go. */
class InputTimesTest {
    private static final StoreSpec<Timers<String>> TIMERS = TimerSpec.eventTime("store", Serdes.string());

    private final MemoryBackend backend = new MemoryBackend("log");
    private StateDatabase database = StateDatabase.open(backend, StateStoreConfig.defaults());
    private PartitionState partition = database.partition(0, List.of(TIMERS));
    private InputTimes times = partition.openBeside("store", InputTimes::new);
    private long position;

    private List<String> changes() {
        List<String> changes = new ArrayList<>();
        partition.forEachChange(
                (store, key, value) -> changes.add(HexFormat.of().formatHex(key.toByteArray()) + " "
                        + (value == null ? "deleted" : HexFormat.of().formatHex(value.toByteArray()))));
        return changes;
    }

    private void commit() {
        partition.commit(Map.of("store", ++position));
    }

    private void reopen() {
        partition.close();
        database.close();
        database = StateDatabase.open(backend, StateStoreConfig.defaults());
        partition = database.partition(0, List.of(TIMERS));
        times = partition.openBeside("store", InputTimes::new);
    }

    @Test
    void oneEntryAnInput() {
        times.keep("in", 17);
        times.keep("a", -1);
        assertThat(changes()).containsExactly("04" + "696e" + " 0000000000000011", "04" + "61" + " ffffffffffffffff");
    }

    @Test
    void onlyWhatIsNewIsAChange() {
        times.keep("in", 17);
        commit();
        times.keep("in", 17);
        assertThat(changes()).isEmpty();
        times.keep("in", 18);
        assertThat(changes()).hasSize(1);
    }

    @Test
    void whatWasNotCommittedIsForgottenAndWhatWasIsFoundAgain() {
        times.keep("in", 17);
        commit();
        times.keep("in", 20);
        times.keep("other", 30);
        partition.abort();
        assertThat(times.all()).isEqualTo(Map.of("in", 17L));
        times.keep("other", 40);
        commit();
        reopen();
        assertThat(times.all()).isEqualTo(Map.of("in", 17L, "other", 40L));
    }

    @Test
    void whatIsRestoredIsSeen() {
        assertThat(times.all()).isEmpty();
        partition.restore("store", hex("04" + "696e"), hex("0000000000000011"));
        partition.restored("store", 1);
        partition.restoredAll();
        assertThat(times.all()).isEqualTo(Map.of("in", 17L));
    }

    @Test
    void theStoreDoesNotSeeItAmongItsEntries() {
        Timers<String> timers = partition.store(TIMERS);
        times.keep("in", 17);
        timers.set("k", 5);
        commit();
        reopen();
        timers = partition.store(TIMERS);
        assertThat(timers.until(Long.MAX_VALUE).toList()).containsExactly(Map.entry("k", 5L));
        assertThat(timers.takeUntil(Long.MAX_VALUE)).isEqualTo(new Timer<>("k", 5));
        assertThat(timers.takeUntil(Long.MAX_VALUE)).isNull();
        assertThat(timers.streamTime()).isEqualTo(Long.MIN_VALUE);
    }

    private static BytesView hex(String digits) {
        return BytesView.of(HexFormat.of().parseHex(digits));
    }
}
