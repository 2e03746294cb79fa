package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.log.embedded.retention.Cleaner;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Records that are deleted on demand: their files, crashes, damage, transactions, and who looks from another process. */
class RecordDeletionTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final String START = "orders-0/records-start";
    private static final int RECORDS = 20;
    private static final EmbeddedLogConfig CONFIG = EmbeddedLogConfig.defaults();

    private SimulatedWorld world = new SimulatedWorld(3);
    private LogEngine engine = open(Durability.PROCESS_CRASH);

    @ParameterizedTest
    @CsvSource({"PROCESS_CRASH, true", "PROCESS_CRASH, false", "POWER_LOSS, true", "POWER_LOSS, false"})
    void segmentsInWhichNothingIsLeftAreDeletedAlsoWhereNobodyOpensThePartition(Durability durability, boolean isOpen) {
        reopen(durability);
        write();
        List<String> before = segments();
        engine.admin().deleteRecords(Map.of(ORDERS, 13L));
        if (!isOpen) {
            reopen(durability);
        }
        settle();

        List<String> after = segments();
        assertThat(before).hasSizeGreaterThan(8).containsAll(after);
        assertThat(after.get(0)).as("the segment that holds offset 13").isLessThanOrEqualTo(file(13));
        assertThat(after.get(1)).isGreaterThan(file(13));
        assertThat(engine.admin().logStartOffset(ORDERS)).isEqualTo(13);
        assertThat(values()).containsExactly("v13", "v14", "v15", "v16", "v17", "v18", "v19");
        world = world.restart(CrashMode.POWER);
        engine = open(durability);
        assertThat(engine.admin().logStartOffset(ORDERS)).isEqualTo(13);
        assertThat(values()).hasSize(durability == Durability.POWER_LOSS ? 7 : values().size());
    }

    /** What is deleted stays so, and nothing that is appended later is deleted with it, though the log does not promise to survive. */
    @ParameterizedTest
    @EnumSource(Durability.class)
    void whatIsDeletedSurvivesAPowerCutWithAllThatStandsBelow(Durability durability) {
        reopen(durability);
        write();
        engine.admin().deleteRecords(Map.of(ORDERS, (long) RECORDS));
        world = world.restart(CrashMode.POWER);
        engine = open(durability);

        assertThat(engine.admin().logStartOffset(ORDERS)).isEqualTo(RECORDS);
        assertThat(engine.admin().endOffset(ORDERS, Isolation.READ_UNCOMMITTED)).isEqualTo(RECORDS);
        append("next");
        assertThat(values()).containsExactly("next");
    }

    @ParameterizedTest
    @CsvSource({"PROCESS_CRASH, PROCESS", "PROCESS_CRASH, POWER", "POWER_LOSS, PROCESS", "POWER_LOSS, POWER"})
    void aCrashInAnyCallLeavesTheOldStartOrTheNewOne(Durability durability, CrashMode mode) {
        int old = 0;
        boolean crashed = true;
        for (int call = 0; crashed; call++) {
            world = new SimulatedWorld(call);
            engine = open(durability);
            write();
            engine.partition(ORDERS).force();
            world.storage().crashAt(world.storage().callCount() + call);
            crashed = crashes(() -> engine.admin().deleteRecords(Map.of(ORDERS, 7L)));
            world = world.restart(mode);
            engine = open(durability);

            long start = engine.admin().logStartOffset(ORDERS);
            assertThat(start).isIn(crashed ? List.of(0L, 7L) : List.of(7L));
            assertThat(values()).hasSize(RECORDS - (int) start).endsWith("v19");
            old += start == 0 ? 1 : 0;
            engine.admin().deleteRecords(Map.of(ORDERS, 8L));
            assertThat(values()).startsWith("v8");
        }
        assertThat(old).as("crashes before").isGreaterThan(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = StorageOperation.class,
            names = {"OPEN", "WRITE", "RENAME"})
    void aFullDiskLeavesTheOldStartAndADeletionThatIsRepeatedIsDone(StorageOperation operation) {
        write();
        world.storage().failAfter(operation, 0, Kind.NO_SPACE);
        try {
            engine.admin().deleteRecords(Map.of(ORDERS, 7L));
        } catch (LogException full) {
            assertThat(full.disposition()).isEqualTo(Disposition.RETRY);
            assertThat(engine.admin().logStartOffset(ORDERS)).isZero();
        }
        engine.admin().deleteRecords(Map.of(ORDERS, 7L));
        assertThat(values()).hasSize(RECORDS - 7).startsWith("v7");
    }

    @Test
    void nothingIsDeletedOfAnOpenTransactionAndTheRestOfAnAbortedOneIsNotSeen() {
        append("a");
        BatchBuilder batch = new BatchBuilder(256);
        batch.begin(1000, (short) 0, true);
        for (int i = 0; i < 3; i++) {
            batch.append(1, null, BytesView.ofUtf8("t" + i), List.of());
        }
        engine.partition(ORDERS).append(batch.finish(0), AppendOrigin.CLIENT);
        append("b");
        assertThatThrownBy(() -> engine.admin().deleteRecords(Map.of(ORDERS, 2L)))
                .isInstanceOfSatisfying(
                        LogException.class,
                        refused -> assertThat(refused.disposition()).isEqualTo(Disposition.RETRY))
                .hasMessageContaining("from offset 1 on it is not decided, because a transaction is open");
        assertThat(engine.admin().deleteRecords(Map.of(ORDERS, 1L))).containsEntry(ORDERS, 1L);
        engine.partition(ORDERS).appendMarker(1000, (short) 1, false, 0);
        engine.admin().deleteRecords(Map.of(ORDERS, 2L));

        assertThat(values()).containsExactly("t1", "t2", "b");
        assertThat(Reading.values(engine, ORDERS, Isolation.READ_COMMITTED)).containsExactly("b");
        world = world.restart(CrashMode.POWER);
        engine = open(Durability.PROCESS_CRASH);
        assertThat(Reading.values(engine, ORDERS, Isolation.READ_COMMITTED)).containsExactly("b");
    }

    @Test
    void aReaderOnItsWayThroughWhatIsDeletedIsTold() {
        write();
        PartitionCursor cursor = new PartitionCursor(engine.partition(ORDERS), Isolation.READ_UNCOMMITTED, 1, 0);
        assertThat(cursor.refill()).isTrue();
        cursor.next();
        engine.admin().deleteRecords(Map.of(ORDERS, 9L));
        assertThatThrownBy(cursor::refill)
                .hasMessageContaining("Offset 1 of orders-0 was deleted; the log begins at 9");
        cursor.seek(9);
        assertThat(cursor.refill()).isTrue();
        cursor.next();
        assertThat(cursor.record().offset()).isEqualTo(9);
    }

    @Test
    void whoLooksFromAnotherProcessSeesTheNewStart() {
        write();
        SimulatedWorld beside = world.beside();
        try (EventLog reader = ReadOnlyLog.open(beside.world())) {
            assertThat(reader.admin().logStartOffset(ORDERS)).isZero();
            engine.admin().deleteRecords(Map.of(ORDERS, 7L));
            assertThat(reader.admin().logStartOffset(ORDERS)).isEqualTo(7);
            assertThat(reader.admin().offsetForTimestamp(ORDERS, 0, Isolation.READ_COMMITTED))
                    .hasValue(7);
            assertThatThrownBy(() -> reader.admin().deleteRecords(Map.of(ORDERS, 8L)))
                    .hasMessageContaining("No record can be deleted");
        }
        LogInspection inspection = LogInspection.open(beside.world());
        assertThat(inspection.summary(ORDERS).startOffset()).hasValue(7);
        assertThat(inspection.verify(ORDERS).isNeeded()).isFalse();
    }

    // --- damage

    @Test
    void aStartThatIsDamagedIsRefusedAndARepairShowsWhatSharesASegment() {
        write();
        engine.admin().deleteRecords(Map.of(ORDERS, 7L));
        engine.close();
        world.storage().rot(START, 3, 1);
        LogInspection inspection = LogInspection.open(world.world());
        assertThat(inspection.summary(ORDERS).startOffset()).isEmpty();

        engine = open(Durability.PROCESS_CRASH);
        assertThatThrownBy(this::values)
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("so nobody knows which records were deleted");
        engine.close();
        try (LogRepair repair = LogRepair.open(world.world())) {
            RepairPlan plan = repair.plan(ORDERS);
            assertThat(plan.damage()).contains(START, "nobody knows which records were deleted");
            repair.apply(plan);
        }
        engine = open(Durability.PROCESS_CRASH);
        assertThat(values()).hasSize(RECORDS);
        engine.admin().deleteRecords(Map.of(ORDERS, 7L));
        assertThat(values()).hasSize(RECORDS - 7);
    }

    @Test
    void aRepairThatCutsBehindTheStartKeepsIt() {
        write();
        engine.admin().deleteRecords(Map.of(ORDERS, 7L));
        engine.close();
        List<String> segments = segments();
        world.storage().rot("orders-0/" + segments.get(segments.size() - 1), 30, 1);
        try (LogRepair repair = LogRepair.open(world.world())) {
            RepairPlan plan = repair.plan(ORDERS);
            assertThat(plan.keptEndOffset()).isBetween(8L, RECORDS - 1L);
            repair.apply(plan);
        }
        engine = open(Durability.PROCESS_CRASH);
        assertThat(engine.admin().logStartOffset(ORDERS)).isEqualTo(7);
        assertThat(values()).startsWith("v7");
    }

    /** The end that a repair leaves may be before the start: what is appended there then is new. */
    @Test
    void whatIsAppendedAfterARepairThatCutsBelowTheStartIsNotDeleted() {
        write();
        engine.admin().deleteRecords(Map.of(ORDERS, 17L));
        engine.close();
        world.storage().rot("orders-0/" + segments().get(0), 30, 1);
        try (LogRepair repair = LogRepair.open(world.world())) {
            RepairPlan plan = repair.plan(ORDERS);
            assertThat(plan.keptEndOffset()).isZero();
            repair.apply(plan);
        }
        engine = open(Durability.PROCESS_CRASH);
        append("new");
        assertThat(values()).containsExactly("new");
        reopen(Durability.PROCESS_CRASH);
        assertThat(values()).containsExactly("new");
    }

    /** The recovery point was there when records were deleted: without its file nothing below the start may be cut off either. */
    @Test
    void damageBelowTheStartIsRefusedAlsoWithoutTheRecoveryPoint() {
        write();
        engine.admin().deleteRecords(Map.of(ORDERS, (long) RECORDS));
        world = world.restart(CrashMode.POWER);
        world.storage().delete("orders-0/recovery-point");
        List<String> segments = segments();
        world.storage().rot("orders-0/" + segments.get(segments.size() - 1), 30, 1);
        engine = open(Durability.PROCESS_CRASH);
        assertThatThrownBy(this::values)
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("everything below offset " + RECORDS + " was written for good");
    }

    // --- what they need

    private LogEngine open(Durability durability) {
        LogEngine opened = LogEngine.open(world.world(), CONFIG.withDurability(durability));
        opened.admin().createTopic("orders", 1, TopicSettings.defaults().withSegmentBytes(160));
        return opened;
    }

    private void reopen(Durability durability) {
        engine.close();
        engine = open(durability);
    }

    private void settle() {
        world.runFor(CONFIG.cleaningInterval().multipliedBy(3 * Cleaner.UNOPENED_ROUNDS));
    }

    private void write() {
        for (int i = 0; i < RECORDS; i++) {
            append("v" + i);
        }
    }

    private void append(String value) {
        try (LogProducer producer = engine.producer(ProducerConfig.defaults())) {
            producer.send(ORDERS, 1, null, BytesView.ofUtf8(value), List.of());
        }
    }

    private List<String> values() {
        return Reading.values(engine, ORDERS, Isolation.READ_UNCOMMITTED);
    }

    private List<String> segments() {
        List<String> files = new ArrayList<>(world.storage().list("orders-0"));
        files.removeIf(name -> !name.endsWith(".log"));
        return files;
    }

    private static String file(long offset) {
        return String.format(Locale.ROOT, "%020d.log", offset);
    }

    private static boolean crashes(Runnable action) {
        try {
            action.run();
            return false;
        } catch (SimulatedCrash crash) {
            return true;
        }
    }
}
