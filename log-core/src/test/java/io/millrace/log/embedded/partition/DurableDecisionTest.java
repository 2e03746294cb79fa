package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.util.List;
import org.junit.jupiter.api.Test;

/** W6 for what a marker commits: with POWER_LOSS nobody sees it while a power cut could take it back. */
class DurableDecisionTest {
    private static final long PRODUCER = 1;

    private final PartitionLog log = PartitionLog.open(
            new SimulatedWorld(4).world(),
            "orders-0",
            new TopicPartition("orders", 0),
            PartitionSettings.of(TopicSettings.defaults(), Durability.POWER_LOSS),
            true);

    @Test
    void whatAMarkerAloneDecidesIsSeenOnceTheMarkerIsForced() {
        forcedRecord();
        log.appendMarker(PRODUCER, (short) 1, true, 0);
        assertThat(log.view().lastStableOffset()).isZero();
        log.force();
        assertThat(log.view().lastStableOffset()).isEqualTo(2);
    }

    @Test
    void whatWasDurablyDecidedElsewhereIsSeenWithoutAForce() {
        forcedRecord();
        CommitHold hold = new CommitHold();
        log.appendDecidedMarker(PRODUCER, (short) 1, true, 0, hold);
        hold.release();
        assertThat(log.view().lastStableOffset()).isEqualTo(1);
    }

    @Test
    void anAbortHoldsNobodyUp() {
        forcedRecord();
        log.appendMarker(PRODUCER, (short) 1, false, 0);
        assertThat(log.view().lastStableOffset()).isEqualTo(1);
    }

    private void forcedRecord() {
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(PRODUCER, (short) 0, true);
        builder.append(1000, null, BytesView.ofUtf8("value"), List.of());
        log.append(builder.finish(0), AppendOrigin.CLIENT);
        log.force();
        assertThat(log.view().lastStableOffset()).isZero();
    }
}
