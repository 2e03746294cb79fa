package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damage below the recovery point is told before it is given up, and then no more is given up than was told. */
class LogRepairTest {
    private static final TopicPartition BAD = new TopicPartition("orders", 0);
    private static final TopicPartition GOOD = new TopicPartition("orders", 1);
    private static final int RECORDS = 12;

    private SimulatedWorld world = new SimulatedWorld(1);

    @Test
    void aSoundLogNeedsNoRepair() {
        prepare();
        try (LogRepair repair = LogRepair.open(world.world())) {
            assertThat(repair.plan()).isEmpty();
            RepairPlan plan = repair.plan(BAD);
            assertThat(plan.isNeeded()).isFalse();
            assertThat(plan.keptEndOffset()).isEqualTo(RECORDS);
        }
    }

    @Test
    void damageAnywhereIsNamedAndNothingBeforeItIsLost() {
        prepare();
        for (Map.Entry<String, Long> file : dataFiles().entrySet()) {
            for (long at = 0; at < file.getValue(); at += 9) {
                world = new SimulatedWorld(at);
                prepare();
                world.storage().rot(file.getKey(), at, 1 << at % 8);
                RepairPlan plan = plan();
                if (!plan.isNeeded()) {
                    assertThat(at % 100)
                            .as("the leader epoch, which nobody uses")
                            .isNotNull();
                    continue;
                }
                assertThat(plan.damage()).contains(file.getKey());
                assertThat(plan.lostEndOffset()).isEqualTo(RECORDS);
                assertThatThrownBy(this::readBad).isInstanceOf(CorruptionException.class);
                apply(plan);

                assertThat(readBad()).isEqualTo(expected().subList(0, (int) plan.keptEndOffset()));
                try (LogEngine engine = open()) {
                    assertThat(values(engine, GOOD)).containsExactly("good");
                    write(engine, BAD, "new");
                }
                assertThat(plan().isNeeded()).isFalse();
            }
        }
    }

    @Test
    void aDamagedPartitionIsLookedThroughOnceUntilTheLogIsOpenedAnew() {
        prepare();
        String file = "orders-0/00000000000000000000.log";
        world.storage().rename(file, "aside");
        try (LogEngine engine = open()) {
            assertThatThrownBy(() -> engine.partition(BAD))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("the log begins there, and its first segment with offset");
            world.storage().rename("aside", file);
            assertThatThrownBy(() -> engine.partition(BAD))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("the log begins there, and its first segment with offset");
            assertThat(values(engine, GOOD)).containsExactly("good");
        }
        assertThat(readBad()).isEqualTo(expected());
    }

    @Test
    void aTopicOfTheNameOfADamagedOneIsSound() {
        prepare();
        world.storage().delete("orders-0/00000000000000000000.log");
        try (LogEngine engine = open()) {
            assertThatThrownBy(() -> engine.partition(BAD)).isInstanceOf(CorruptionException.class);
            engine.admin().deleteTopic("orders");
            engine.admin().createTopic("orders", 2, TopicSettings.defaults());
            write(engine, BAD, "new");
            assertThat(values(engine, BAD)).containsExactly("new");
        }
    }

    @Test
    void aPlanChangesNothing() {
        prepare();
        world.storage().rot("orders-0/00000000000000000000.log", 40, 1);
        long calls = world.storage().callCount();
        RepairPlan plan = plan();
        assertThat(plan.isNeeded()).isTrue();
        assertThat(world.storage().callCount() - calls).as("but for the lock").isLessThanOrEqualTo(2);
        assertThat(plan.lostRecordsAtMost()).hasValue(RECORDS);
        assertThat(plan.lostBytes())
                .isEqualTo(
                        dataFiles().values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void aDirectoryThatIsGoneIsBegunAnew() {
        prepare();
        world.storage().list("orders-0").forEach(file -> world.storage().delete("orders-0/" + file));
        world.storage().delete("orders-0");
        RepairPlan plan = plan();
        assertThat(plan.damage()).contains("directory is gone");
        assertThat(plan.isAllLost()).isTrue();
        assertThat(plan.lostRecordsAtMost())
                .as("its checkpoints are gone, too, and the marker names no partition that was forced")
                .isEmpty();
        apply(plan);
        assertThat(readBad()).isEmpty();
        assertThat(plan().isNeeded()).isFalse();
    }

    @Test
    void howFarAPartitionWentWhoseDirectoryIsGoneIsKnownFromItsCloseWhereThatForcedNothing() {
        try (LogEngine engine = open()) {
            engine.admin().createTopic("orders", 2, TopicSettings.defaults());
            expected().forEach(value -> write(engine, BAD, value));
        }
        world.storage().list("orders-0").forEach(file -> world.storage().delete("orders-0/" + file));
        world.storage().delete("orders-0");
        RepairPlan plan = plan();
        assertThat(plan.isAllLost()).isTrue();
        assertThat(plan.lostRecordsAtMost()).hasValue(RECORDS);
        assertThat(plan.lostBytes()).isZero();
    }

    @Test
    void anEndThatIsMissingIsSaidToBeMissingWhereTheLastFileEnds() {
        prepare();
        List<String> files = new ArrayList<>(dataFiles().keySet());
        world.storage().delete(files.get(files.size() - 1));
        long size = world.storage().size(files.get(files.size() - 2));
        RepairPlan plan = plan();
        assertThat(plan.damages()).singleElement().satisfies(damage -> {
            assertThat(damage.file()).isEqualTo(files.get(files.size() - 2));
            assertThat(damage.position()).isEqualTo(size);
            assertThat(damage.what()).contains("went on to " + RECORDS);
        });
        assertThat(plan.lostBytes()).isZero();
        assertThat(plan.lostRecordsAtMost().getAsLong()).isPositive();
    }

    @Test
    void aRefusalSaysOnceWhatIsWrongWhereAndWhatToRun() {
        prepare();
        List<String> files = new ArrayList<>(dataFiles().keySet());
        world.storage().delete(files.get(1));
        assertThatThrownBy(this::readBad)
                .isInstanceOf(CorruptionException.class)
                .hasMessageStartingWith("The log of orders-0 is damaged: " + files.get(0) + " at position ")
                .hasMessageContaining("the segment ends there, and the next one begins with offset")
                .hasMessageContaining("millrace log repair --data ")
                .hasMessageNotContainingAny("DAMAGED", "MISSING", "OUT_OF_PLACE");
    }

    @Test
    void aLogThatIsOpenIsNotRepaired() {
        prepare();
        try (LogEngine engine = open()) {
            assertThatThrownBy(() -> LogRepair.open(world.world()))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("already open");
            assertThat(values(engine, BAD)).isEqualTo(expected());
        }
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aRepairThatCrashesIsRepeatedWithTheSameEnd(CrashMode mode) {
        boolean crashed = true;
        for (int call = 0; crashed; call++) {
            world = new SimulatedWorld(call);
            prepare();
            String file = new ArrayList<>(dataFiles().keySet()).get(1);
            world.storage().rot(file, 30, 1);
            RepairPlan plan = plan();
            world.storage().crashAt(world.storage().callCount() + call);
            crashed = crashes(() -> apply(plan));
            world = world.restart(mode);

            RepairPlan again = plan();
            if (again.isNeeded()) {
                assertThat(again.keptEndOffset()).isEqualTo(plan.keptEndOffset());
                apply(again);
            }
            assertThat(readBad()).isEqualTo(expected().subList(0, (int) plan.keptEndOffset()));
        }
    }

    /** Both partitions are durable. */
    private void prepare() {
        EmbeddedLogConfig durable = EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS);
        try (LogEngine engine = LogEngine.open(world.world(), durable)) {
            engine.admin().createTopic("orders", 2, TopicSettings.defaults().withSegmentBytes(300));
            for (String value : expected()) {
                write(engine, BAD, value);
            }
            write(engine, GOOD, "good");
        }
    }

    private static List<String> expected() {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            values.add("v" + i);
        }
        return values;
    }

    private Map<String, Long> dataFiles() {
        Map<String, Long> sizes = new TreeMap<>();
        for (String name : world.storage().list("orders-0")) {
            if (name.endsWith(".log")) {
                sizes.put("orders-0/" + name, world.storage().size("orders-0/" + name));
            }
        }
        return sizes;
    }

    private RepairPlan plan() {
        try (LogRepair repair = LogRepair.open(world.world())) {
            return repair.plan(BAD);
        }
    }

    private void apply(RepairPlan plan) {
        try (LogRepair repair = LogRepair.open(world.world())) {
            repair.apply(plan);
        }
    }

    private List<String> readBad() {
        try (LogEngine engine = open()) {
            return values(engine, BAD);
        }
    }

    private LogEngine open() {
        return LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
    }

    private static List<String> values(LogEngine engine, TopicPartition partition) {
        return Reading.values(engine, partition, Isolation.READ_UNCOMMITTED);
    }

    private static void write(LogEngine engine, TopicPartition partition, String value) {
        try (LogProducer producer = engine.producer()) {
            producer.send(partition, 1, null, BytesView.ofUtf8(value), List.of());
        }
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
