package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.log.embedded.retention.Cleaner;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which partitions of an engine are cleaned, and when: also those that nobody opened, is idle in, or that are damaged or deleted. */
class CleaningTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition TABLE = new TopicPartition("table", 0);
    private static final Duration DAY = Duration.ofDays(1);
    private static final TopicSettings DAILY = TopicSettings.defaults()
            .withSegmentBytes(200)
            .withRetention(Optional.of(DAY))
            .withSegmentAge(Duration.ofDays(700));
    private static final TopicSettings COMPACTED = TopicSettings.compacted().withSegmentBytes(200);
    private static final EmbeddedLogConfig CONFIG = EmbeddedLogConfig.defaults().withProducerBatchBytes(50);

    private SimulatedWorld world = new SimulatedWorld(5);
    private LogEngine engine = open();

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aPartitionThatNobodyOpenedIsCleanedAndClosedAgain(Durability durability) {
        reopen(durability);
        engine.admin().createTopic("orders", 1, DAILY);
        engine.admin().createTopic("table", 1, COMPACTED);
        write(ORDERS, 20);
        write(TABLE, 20);
        reopen(durability);
        world.advance(DAY.plusMinutes(1));
        settle();

        assertThat(engine.maybeUndecided()).as("open partitions").doesNotContain(ORDERS, TABLE);
        assertThat(engine.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(20);
        assertThat(engine.admin().logStartOffset(ORDERS)).isEqualTo(20);
        assertThat(engine.partition(TABLE).cleaning().firstDirtyOffset()).isGreaterThan(10);
        assertThat(newest(TABLE)).isEqualTo(Map.of("k0", "v18", "k1", "v19", "k2", "v17"));
    }

    @Test
    void aPartitionInWhichNothingIsOldIsNotOpened() {
        engine.admin().createTopic("orders", 1, DAILY.withRetentionBytes(Optional.of(10_000L)));
        engine.admin()
                .createTopic(
                        "table",
                        1,
                        COMPACTED.withCompaction(
                                TopicSettings.Compaction.defaults().withMinLag(Duration.ofDays(2))));
        write(ORDERS, 20);
        write(TABLE, 20);
        reopen(Durability.PROCESS_CRASH);
        List<String> before = world.storage().list("orders-0");
        world.advance(DAY.minusHours(1));
        settle();

        assertThat(engine.maybeUndecided()).doesNotContain(ORDERS, TABLE);
        assertThat(world.storage().list("orders-0")).isEqualTo(before);
    }

    @Test
    void aPartitionThatNobodyOpenedSinceACrashIsCleanedToo() {
        engine.admin().createTopic("orders", 1, DAILY);
        write(ORDERS, 20);
        world = world.restart(CrashMode.PROCESS);
        engine = open();
        world.advance(DAY.plusMinutes(1));
        settle();

        assertThat(engine.maybeUndecided()).as("it was recovered, and closed").doesNotContain(ORDERS);
        assertThat(engine.admin().logStartOffset(ORDERS)).isEqualTo(20);
    }

    @Test
    void anOpenTransactionInAPartitionThatTheCleanerOpenedIsNotForgotten() {
        engine.admin().createTopic("orders", 1, DAILY);
        write(ORDERS, 20);
        BatchBuilder batch = new BatchBuilder(100);
        batch.begin(1000, (short) 0, true);
        batch.append(world.clock().millis(), null, BytesView.ofUtf8("open"), List.of());
        engine.partition(ORDERS).append(batch.finish(0), AppendOrigin.CLIENT);
        reopen(Durability.PROCESS_CRASH);
        world.advance(DAY.plusMinutes(1));
        settle();

        assertThat(engine.maybeUndecided()).contains(ORDERS);
        reopen(Durability.PROCESS_CRASH);
        assertThat(engine.maybeUndecided()).contains(ORDERS);
        assertThat(engine.partition(ORDERS).view().lastStableOffset()).isEqualTo(20);
        assertThat(engine.admin().logStartOffset(ORDERS))
                .as("what came before it may go")
                .isBetween(1L, 20L);
    }

    @Test
    void whoNeedsAPartitionWhileItIsCleanedTakesItOver() {
        engine.admin().createTopic("table", 1, COMPACTED);
        write(TABLE, 200);
        reopen(Durability.PROCESS_CRASH);
        boolean begun = world.runUntil(
                () -> world.storage().list("table-0").stream().anyMatch(name -> name.endsWith(".cleaned")),
                Duration.ofMinutes(1));
        assertThat(begun).isTrue();
        assertThat(engine.maybeUndecided()).as("a transaction may begin there").contains(TABLE);
        long calls = world.storage().callCount();
        engine.partition(TABLE);
        assertThat(world.storage().callCount()).as("nothing is opened twice").isEqualTo(calls);
        write(TABLE, 3);
        settle();

        assertThat(engine.maybeUndecided()).contains(TABLE);
        assertThat(newest(TABLE)).isEqualTo(Map.of("k0", "v0", "k1", "v1", "k2", "v2"));
        assertThat(engine.partition(TABLE).cleaning().firstDirtyOffset()).isGreaterThan(190);
        engine.close();
        engine = open();
        assertThat(newest(TABLE)).isEqualTo(Map.of("k0", "v0", "k1", "v1", "k2", "v2"));
    }

    /** Also where the cleaner alone has it open: the next topic of that name begins empty, and is cleaned as any other. */
    @ParameterizedTest
    @EnumSource(Durability.class)
    void aTopicIsDeletedInTheMiddleOfItsCompaction(Durability durability) {
        for (boolean inUse : List.of(false, true)) {
            world = new SimulatedWorld(5);
            engine = LogEngine.open(world.world(), CONFIG.withDurability(durability));
            engine.admin().createTopic("table", 1, COMPACTED);
            write(TABLE, 200);
            reopen(durability);
            if (inUse) {
                engine.partition(TABLE);
            }
            assertThat(world.runUntil(
                            () -> world.storage().list("table-0").stream().anyMatch(name -> name.endsWith(".cleaned")),
                            Duration.ofMinutes(1)))
                    .isTrue();
            assertThat(engine.admin().deleteTopic("table")).isTrue();
            engine.admin().createTopic("table", 1, COMPACTED);
            settle();
            assertThat(world.storage().list("table-0")).isEmpty();
            write(TABLE, 200);
            settle();
            assertThat(newest(TABLE)).isEqualTo(Map.of("k0", "v198", "k1", "v199", "k2", "v197"));
            assertThat(engine.partition(TABLE).cleaning().firstDirtyOffset()).isGreaterThan(190);
            engine.close();
        }
    }

    @Test
    void whatAnIdlePartitionHoldsIsDeletedWhenItIsOldThoughNothingComesToCloseItsSegment() {
        engine.admin().createTopic("orders", 1, DAILY);
        write(ORDERS, 3);
        world.advance(DAY.minusMinutes(20));
        settle();
        assertThat(engine.admin().logStartOffset(ORDERS)).isZero();
        world.runFor(Duration.ofMinutes(20));

        assertThat(engine.admin().logStartOffset(ORDERS)).isEqualTo(3);
        write(ORDERS, 1);
        world = world.restart(CrashMode.POWER);
        engine = open();
        assertThat(engine.admin().logStartOffset(ORDERS)).isEqualTo(3);
    }

    @Test
    void anIdlePartitionIsCompactedWithinItsMaximalLag() {
        engine.admin()
                .createTopic(
                        "table",
                        1,
                        TopicSettings.compacted()
                                .withCompaction(TopicSettings.Compaction.defaults()
                                        .withMaxLag(Optional.of(Duration.ofHours(1)))));
        write(TABLE, 9);
        world.runFor(Duration.ofMinutes(59));
        assertThat(engine.partition(TABLE).cleaning().firstDirtyOffset()).isZero();
        world.runFor(Duration.ofMinutes(3));

        assertThat(engine.partition(TABLE).cleaning().firstDirtyOffset()).isEqualTo(9);
        assertThat(records(TABLE)).containsExactly("k0=v6", "k1=v7", "k2=v8");
    }

    @Test
    void withoutAMaximalLagAnIdleSegmentOfACompactedTopicStaysOpen() {
        engine.admin().createTopic("table", 1, TopicSettings.compacted());
        write(TABLE, 9);
        world.advance(Duration.ofDays(365));
        settle();
        assertThat(records(TABLE)).hasSize(9);
    }

    @Test
    void theLogIsCleanedAsOftenAsItsSettingsSay() {
        engine.close();
        engine = LogEngine.open(world.world(), CONFIG.withCleaningInterval(Duration.ofMinutes(2)));
        engine.admin().createTopic("table", 1, COMPACTED);
        write(TABLE, 40);
        world.runFor(Duration.ofSeconds(119));
        assertThat(engine.partition(TABLE).cleaning().firstDirtyOffset()).isZero();
        world.runFor(Duration.ofSeconds(2));
        assertThat(engine.partition(TABLE).cleaning().firstDirtyOffset()).isPositive();
        assertThatThrownBy(() -> CONFIG.withCleaningInterval(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cleaningInterval is positive");
    }

    @Test
    void aDamagedPartitionIsLeftAloneAndTheOthersAreCleaned() {
        engine.admin().createTopic("table", 2, COMPACTED);
        TopicPartition other = new TopicPartition("table", 1);
        write(TABLE, 40);
        write(other, 40);
        world.storage().rot("table-0/00000000000000000000.log", 90, 1);
        settle();
        assertThat(engine.partition(other).cleaning().firstDirtyOffset()).isGreaterThan(30);
        long before = world.storage().callCount();
        world.runFor(CONFIG.cleaningInterval().multipliedBy(10));
        assertThat(world.storage().callCount() - before)
                .as("storage calls of ten rounds")
                .isLessThan(400);
        assertThat(engine.partition(TABLE).cleaning().firstDirtyOffset()).isZero();
        assertThatThrownBy(() -> records(TABLE)).isInstanceOf(CorruptionException.class);
    }

    /** Nobody is told of it but the log's own loop, which keeps that in mind (W12). */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsAppendedBehindDamageThatTheCleanerMet(boolean inUse) {
        engine.admin().createTopic("table", 1, COMPACTED);
        write(TABLE, 40);
        engine.partition(TABLE).checkpoint();
        if (!inUse) {
            reopen(Durability.PROCESS_CRASH);
        }
        world.storage().rot("table-0/00000000000000000000.log", 90, 1);
        settle();
        assertThatThrownBy(() -> engine.partition(TABLE).checkOpen())
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("it is not compacted");
        engine.close();
    }

    // --- what they need
    // ------------------------------------------------------------------------------------------------------------------

    private LogEngine open() {
        return LogEngine.open(world.world(), CONFIG);
    }

    private void reopen(Durability durability) {
        engine.close();
        engine = LogEngine.open(world.world(), CONFIG.withDurability(durability));
    }

    /** Some rounds, also over the partitions that are not open. */
    private void settle() {
        world.runFor(CONFIG.cleaningInterval().multipliedBy(3 * Cleaner.UNOPENED_ROUNDS));
    }

    /** A batch a record. */
    private void write(TopicPartition partition, int records) {
        boolean keyed = !partition.topic().equals("orders");
        try (LogProducer producer = engine.producer(ProducerConfig.defaults())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord(
                        partition.topic(),
                        partition.partition(),
                        null,
                        keyed ? BytesView.ofUtf8("k" + i % 3) : null,
                        BytesView.ofUtf8("v" + i),
                        List.of()));
                producer.flush();
            }
        }
    }

    private List<String> records(TopicPartition partition) {
        List<String> records = new ArrayList<>();
        PartitionCursor cursor = new PartitionCursor(engine.partition(partition), Isolation.READ_COMMITTED, 100, 0);
        while (cursor.refill()) {
            while (cursor.next()) {
                BytesView key = cursor.record().key();
                BytesView value = cursor.record().value();
                records.add((key == null ? "" : key.toUtf8()) + '=' + (value == null ? "" : value.toUtf8()));
            }
        }
        return records;
    }

    private Map<String, String> newest(TopicPartition partition) {
        Map<String, String> newest = new TreeMap<>();
        records(partition).forEach(record -> newest.put(record.split("=")[0], record.split("=")[1]));
        return newest;
    }
}
