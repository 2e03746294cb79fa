package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Retention by time that meets transactions: it takes the beginning of one that has ended, and nothing of one that is open. */
class RetentionOfTransactionsTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final String DIRECTORY = "orders-0";
    private static final Duration DAY = Duration.ofDays(1);
    /** A segment for each batch. */
    private static final int SEGMENT_BYTES = 100;

    private static final PartitionSettings SETTINGS = new PartitionSettings(
                    Durability.PROCESS_CRASH, SEGMENT_BYTES, SEGMENT_BYTES)
            .withTopic(TopicSettings.defaults()
                    .withSegmentBytes(SEGMENT_BYTES)
                    .withSegmentAge(Duration.ofDays(700))
                    .withRetention(Optional.of(DAY)));

    private SimulatedWorld world = new SimulatedWorld(4);
    private PartitionLog log = open(false);

    /** How the log is found by who looks at it after retention. */
    private enum Later {
        AT_ONCE,
        CLOSED,
        KILLED,
        POWER_CUT,
        /** All that can be built again is gone. */
        BARE
    }

    @ParameterizedTest
    @CsvSource({
        "true, AT_ONCE", "true, CLOSED", "true, KILLED", "true, POWER_CUT", "true, BARE",
        "false, AT_ONCE", "false, CLOSED", "false, KILLED", "false, POWER_CUT", "false, BARE"
    })
    void aLogThatStartsInsideATransactionShowsTheRestOfItIfItWasCommittedAndNothingOtherwise(
            boolean commit, Later later) {
        put(1, 0, 0, "t0");
        plain("a");
        world.advance(DAY);
        long rest = put(1, 0, 1, "t1");
        put(1, 0, 2, "t2");
        log.appendMarker(1, (short) 1, commit, 0);
        plain("b");
        plain("c");
        world.advance(Duration.ofMinutes(1));
        retain();
        assertThat(log.view().logStartOffset()).isEqualTo(rest);
        comeBack(later);

        assertThat(log.view().logStartOffset()).isEqualTo(rest);
        assertThat(values(Isolation.READ_UNCOMMITTED)).containsExactly("t1", "t2", "b", "c");
        List<String> seen = commit ? List.of("t1", "t2", "b", "c") : List.of("b", "c");
        assertThat(values(Isolation.READ_COMMITTED)).isEqualTo(seen);
        assertThat(log.hasOpenTransactions()).isFalse();

        put(1, 1, 0, "next");
        log.appendMarker(1, (short) 2, true, 0);
        List<String> more = new ArrayList<>(seen);
        more.add("next");
        assertThat(values(Isolation.READ_COMMITTED)).isEqualTo(more);
    }

    @ParameterizedTest
    @EnumSource(Later.class)
    void whatIsBehindTheBeginningOfAnOpenTransactionStaysHoweverOldItIs(Later later) {
        plain("a");
        plain("b");
        long begun = put(1, 0, 0, "t0");
        plain("c");
        put(1, 0, 1, "t1");
        plain("d");
        world.advance(DAY.multipliedBy(3));
        retain();
        assertThat(log.view().logStartOffset()).isEqualTo(begun);
        comeBack(later);
        retain();

        assertThat(log.view().logStartOffset()).isEqualTo(begun);
        assertThat(log.view().lastStableOffset()).isEqualTo(begun);
        assertThat(values(Isolation.READ_UNCOMMITTED)).containsExactly("t0", "c", "t1", "d");
        assertThat(values(Isolation.READ_COMMITTED)).isEmpty();

        log.appendMarker(1, (short) 1, true, 0);
        assertThat(values(Isolation.READ_COMMITTED)).containsExactly("t0", "c", "t1", "d");
        plain("e");
        plain("f");
        retain();
        assertThat(values(Isolation.READ_COMMITTED))
                .as("the old is decided now")
                .containsExactly("e", "f");
    }

    private void comeBack(Later later) {
        switch (later) {
            case AT_ONCE -> {}
            case CLOSED -> {
                log.close();
                log = open(true);
            }
            case KILLED -> crash(CrashMode.PROCESS);
            case POWER_CUT -> crash(CrashMode.POWER);
            case BARE -> {
                log.close();
                for (String name : world.storage().list(DIRECTORY)) {
                    if (name.endsWith("index") || name.endsWith(".snapshot")) {
                        world.storage().delete(DIRECTORY + '/' + name);
                    }
                }
                log = open(true);
            }
        }
    }

    private void crash(CrashMode mode) {
        world = world.restart(mode);
        log = open(false);
    }

    private PartitionLog open(boolean clean) {
        return PartitionLog.open(world.world(), DIRECTORY, ORDERS, SETTINGS, clean);
    }

    private void retain() {
        PartitionCleaning cleaning = log.cleaning();
        cleaning.checkpoint();
        cleaning.step(() -> Retention.run(
                cleaning, world.clock().millis(), world.world().ticker().nanos()));
    }

    private void plain(String value) {
        append(-1, (short) -1, -1, false, value);
    }

    /** @return the offset */
    private long put(long producer, int epoch, int sequence, String value) {
        return append(producer, (short) epoch, sequence, true, value);
    }

    private long append(long producer, short epoch, int sequence, boolean transactional, String value) {
        BatchBuilder builder = new BatchBuilder(100);
        builder.begin(producer, epoch, transactional);
        builder.append(world.clock().millis(), null, BytesView.ofUtf8(value), List.of());
        return log.append(builder.finish(sequence), AppendOrigin.CLIENT).baseOffset();
    }

    private List<String> values(Isolation isolation) {
        List<String> values = new ArrayList<>();
        PartitionCursor cursor =
                new PartitionCursor(log, isolation, 100, log.view().logStartOffset());
        while (cursor.refill()) {
            while (cursor.next()) {
                values.add(cursor.record().value().toUtf8());
            }
        }
        return values;
    }
}
