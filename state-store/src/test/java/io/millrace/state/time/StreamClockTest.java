package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamClockTest {
    private static final RecordSpec<String, String> RECORDS =
            RecordSpec.of("records", Serdes.string(), Serdes.string(), Duration.ofMillis(64));

    private final StateDatabase database = StateDatabase.open(new MemoryBackend("log"), StateStoreConfig.defaults());
    private final PartitionState partition = database.partition(0, List.of(RECORDS));
    private final RecordStore<String, String> records = partition.store(RECORDS);

    @Test
    void aClockThatWasReadIsReadAgainWhenAnotherOneIsRestored() {
        assertThat(records.streamTime()).isEqualTo(Long.MIN_VALUE);

        partition.restore("records", hex("00"), hex("80000000000000ff" + "0000000000000010"));
        partition.restored("records", 1);

        assertThat(records.streamTime()).isEqualTo(255);
        assertThat(records.put("k", 190, 0, "late")).isFalse();
    }

    @Test
    void anAbortTakesTheClockBackAndACommitDoesNot() {
        records.advanceTo(10);
        partition.commit(Map.of("records", 1L));
        records.put("k", 20, 0, "v");
        partition.abort();

        assertThat(records.streamTime()).isEqualTo(10);
        assertThat(records.fetch("k", 0, 100).toList()).isEmpty();
    }

    private static BytesView hex(String digits) {
        return BytesView.of(HexFormat.of().parseHex(digits));
    }
}
