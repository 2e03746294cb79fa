package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.Reading.Seen;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.platform.Storage;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What stands behind the end of a partition that was closed, as when backups are mixed. Whoever looks at it judges it by one rule, and what an
 * opening refuses, every later one refuses until a repair (E7).
 */
class RefusalTest {
    private static final TopicPartition BAD = new TopicPartition("orders", 0);
    private static final TopicPartition GOOD = new TopicPartition("orders", 1);
    private static final int RECORDS = 7;

    private SimulatedWorld world = new SimulatedWorld(1);
    private @Nullable LogEngine engine;

    /** How the partition was left. */
    enum Left {
        CLEAN,
        UNFORCED,
        KILLED
    }

    /** What stands behind its end. */
    enum Behind {
        SEGMENT_BEHIND_A_HOLE(true),
        SEGMENT_UNDER_ANOTHER_NAME(true),
        EMPTY_FILE(false),
        JUNK(false);

        private final boolean isWhole;

        Behind(boolean isWhole) {
            this.isWhole = isWhole;
        }
    }

    enum Step {
        OPEN_IT,
        OPEN_ANOTHER,
        CLOSE,
        KILL,
        CUT_THE_POWER
    }

    /** @param records how many of the partition, in segments of three */
    private static SimulatedWorld filled(int records, Left left) {
        SimulatedWorld world = new SimulatedWorld(1);
        EmbeddedLogConfig config = EmbeddedLogConfig.defaults()
                .withDurability(left == Left.UNFORCED ? Durability.PROCESS_CRASH : Durability.POWER_LOSS);
        LogEngine engine = LogEngine.open(world.world(), config);
        engine.admin().createTopic("orders", 2, TopicSettings.defaults().withSegmentBytes(300));
        values(records).forEach(value -> write(engine, BAD, value));
        write(engine, GOOD, "good");
        if (left == Left.KILLED) {
            return world.restart(CrashMode.PROCESS);
        }
        engine.close();
        return world;
    }

    private void prepare(Left left, Behind behind) {
        engine = null;
        world = filled(RECORDS, left);
        Storage longer = filled(3 * RECORDS, left).storage();
        List<String> segments = longer.list("orders-0").stream()
                .filter(name -> name.endsWith(".log"))
                .toList();
        String late = segments.get(segments.size() - 2);
        switch (behind) {
            case SEGMENT_BEHIND_A_HOLE -> put(late, LogFiles.read(longer, "orders-0/" + late));
            case SEGMENT_UNDER_ANOTHER_NAME ->
                put("00000000000009999999.log", LogFiles.read(longer, "orders-0/" + segments.get(0)));
            case EMPTY_FILE -> put("00000000000009999999.log", new byte[0]);
            case JUNK -> put("00000000000009999999.log", new byte[] {1, 2, 3, 4, 5});
        }
    }

    private void put(String name, byte[] bytes) {
        LogFiles.write(world.storage(), "orders-0/" + name, bytes, true);
        world.storage().syncDirectory("orders-0");
    }

    @ParameterizedTest
    @EnumSource(Left.class)
    void allWhoLookAtAPartitionJudgeWhatIsBehindItsEndByOneRule(Left left) {
        for (Behind behind : Behind.values()) {
            prepare(left, behind);
            assertThat(isNeeded()).as("verify %s", behind).isEqualTo(behind.isWhole);
            Seen seen = Reading.ofFiles(world.beside().world(), BAD);
            assertThat(seen.values()).isEqualTo(values(RECORDS));
            assertThat(seen.error() != null).as("consume %s", behind).isEqualTo(behind.isWhole);
            try (LogRepair repair = LogRepair.open(world.world())) {
                assertThat(repair.plan(BAD).isNeeded()).as("repair %s", behind).isEqualTo(behind.isWhole);
            }
            assertThat(isRefused()).as("open %s", behind).isEqualTo(behind.isWhole);
            if (!behind.isWhole) {
                close();
                assertThat(read()).isEqualTo(values(RECORDS));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Left.class)
    void anEmptyPartitionIsJudgedByTheSameRule(Left left) {
        for (Behind behind : Behind.values()) {
            prepare(left, behind);
            for (String name : world.storage().list("orders-1")) {
                world.storage().delete("orders-1/" + name);
            }
            for (String name : world.storage().list("orders-0")) {
                if (name.endsWith("9999999.log")) {
                    world.storage().rename("orders-0/" + name, "orders-1/" + name);
                }
            }
            boolean isNeeded = LogInspection.open(world.world()).verify(GOOD).isNeeded();
            boolean isTold = Reading.ofFiles(world.beside().world(), GOOD).error() != null;
            engine = open();
            boolean refused = refuses(() -> opened().partition(GOOD));
            assertThat(isNeeded).as("verify %s", behind).isEqualTo(refused);
            assertThat(isTold).as("consume %s", behind).isEqualTo(refused);
            engine.close();
        }
    }

    @Test
    void wholeBatchesUnderAnotherNameAreKeptAfterAPowerCut() {
        prepare(Left.UNFORCED, Behind.SEGMENT_UNDER_ANOTHER_NAME);
        for (String name : world.storage().list("orders-0")) {
            put(name, LogFiles.read(world.storage(), "orders-0/" + name));
        }
        world = world.restart(CrashMode.POWER);
        assertThat(read()).isEqualTo(values(RECORDS));
        assertThat(isKept()).isTrue();
        assertThat(world.storage().exists("orders-0/00000000000009999999.log")).isFalse();
    }

    /** The first refusal is told, so that only a repair ends it, whatever else becomes of the system; before, a power cut takes what it knew. */
    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void whatAnOpeningRefusesEveryLaterOneRefuses(
            @ForAll Left left, @ForAll boolean isStray, @ForAll @Size(min = 1, max = 12) List<Step> steps) {
        prepare(left, isStray ? Behind.SEGMENT_UNDER_ANOTHER_NAME : Behind.SEGMENT_BEHIND_A_HOLE);
        boolean isTold = false;
        for (Step step : steps) {
            switch (step) {
                case OPEN_IT -> {
                    assertThat(isRefused()).isTrue();
                    isTold = true;
                }
                case OPEN_ANOTHER -> write(opened(), GOOD, "more");
                case CLOSE -> close();
                case KILL -> crash(CrashMode.PROCESS);
                case CUT_THE_POWER -> crash(isTold ? CrashMode.POWER : CrashMode.PROCESS);
            }
            assertThat(isNeeded()).isTrue();
            assertThat(world.storage().exists("repair")).isFalse();
        }
        assertThat(isRefused()).isTrue();
        assertThat(Reading.ofFiles(world.beside().world(), BAD).error()).isInstanceOf(CorruptionException.class);
        close();
        int kept = repair();
        if (left == Left.CLEAN || !steps.contains(Step.CUT_THE_POWER)) {
            assertThat(kept).isEqualTo(RECORDS);
        }
        assertThat(read()).isEqualTo(values(kept));
        assertThat(isKept()).isTrue();
        assertThat(isNeeded()).isFalse();
        write(opened(), BAD, "v" + kept);
        close();
        assertThat(read()).isEqualTo(values(kept + 1));
    }

    @ParameterizedTest
    @EnumSource(Left.class)
    void anOpeningThatCrashesWhileItRefusesForgetsNothing(Left left) {
        boolean crashed = true;
        for (int call = 0; crashed; call++) {
            prepare(left, Behind.SEGMENT_BEHIND_A_HOLE);
            world.storage().crashAt(world.storage().callCount() + call);
            boolean[] isTold = new boolean[1];
            crashed = crashes(() -> {
                assertThat(isRefused()).isTrue();
                isTold[0] = true;
                close();
            });
            crash(isTold[0] ? CrashMode.POWER : CrashMode.PROCESS);
            assertThat(isRefused()).as("crash at call %s", call).isTrue();
            close();
        }
    }

    @Test
    void aPartitionWhoseFilesWerePutRightIsOpenedAndForgottenToBeRefused() {
        prepare(Left.CLEAN, Behind.SEGMENT_BEHIND_A_HOLE);
        assertThat(isRefused()).isTrue();
        close();
        String late = world.storage().list("orders-0").stream()
                .filter(name -> name.endsWith(".log"))
                .reduce((a, b) -> b)
                .orElseThrow();
        world.storage().delete("orders-0/" + late);
        assertThat(isNeeded()).isFalse();
        assertThat(read()).isEqualTo(values(RECORDS));
        assertThat(world.storage().exists(RefusedPartitions.FILE)).isFalse();
    }

    @Test
    void anotherTopicOfTheNameHasNothingOfTheRefusal() {
        prepare(Left.CLEAN, Behind.SEGMENT_BEHIND_A_HOLE);
        assertThat(isRefused()).isTrue();
        opened().admin().deleteTopic("orders");
        assertThat(world.storage().exists(RefusedPartitions.FILE)).isFalse();
        close();
    }

    private boolean isNeeded() {
        return LogInspection.open(world.beside().world()).verify(BAD).isNeeded();
    }

    private boolean isRefused() {
        LogEngine log = opened();
        return refuses(() -> log.partition(BAD));
    }

    private static boolean refuses(Runnable opening) {
        try {
            opening.run();
            return false;
        } catch (CorruptionException refused) {
            assertThat(refused).hasMessageContaining("No record was removed");
            return true;
        }
    }

    /** @return how many records are kept */
    private int repair() {
        try (LogRepair repair = LogRepair.open(world.world())) {
            RepairPlan plan = repair.plan(BAD);
            repair.apply(plan);
            return (int) plan.keptEndOffset();
        }
    }

    private boolean isKept() {
        List<String> kept = new ArrayList<>();
        for (String time : world.storage().list("repair")) {
            kept.addAll(world.storage().list("repair/" + time + "/orders-0"));
        }
        return !kept.isEmpty();
    }

    private LogEngine opened() {
        if (engine == null) {
            engine = open();
        }
        return engine;
    }

    private LogEngine open() {
        return LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
    }

    private void close() {
        if (engine != null) {
            engine.close();
            engine = null;
        }
    }

    private void crash(CrashMode mode) {
        engine = null;
        world = world.restart(mode);
    }

    private static boolean crashes(Runnable action) {
        try {
            action.run();
            return false;
        } catch (SimulatedCrash crash) {
            return true;
        }
    }

    private List<String> read() {
        List<String> values = Reading.values(opened(), BAD, Isolation.READ_UNCOMMITTED);
        close();
        return values;
    }

    private static List<String> values(int count) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add("v" + i);
        }
        return values;
    }

    private static void write(LogEngine log, TopicPartition partition, String value) {
        try (LogProducer producer = log.producer()) {
            producer.send(partition, 1, null, BytesView.ofUtf8(value), List.of());
        }
    }
}
