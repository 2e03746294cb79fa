package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Isolation;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.Reading.Seen;
import io.millrace.log.embedded.partition.FollowedPartition;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageFile;
import io.millrace.platform.World;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A hole before whole batches, above the recovery point. The end of a process cannot leave one, so it is damage while the system runs on;
 * a power cut can, and then the log ends there, and what is whole behind it is kept. Whoever reads the files without owning them is told the
 * same as whoever opens them.
 */
class HoleTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition OTHER = new TopicPartition("orders", 1);
    private static final int RECORDS = 12;

    private SimulatedWorld world = new SimulatedWorld(7);
    private List<String> files = List.of();

    /** Nothing of it is forced but the files' names; the process is gone. */
    private void prepare(CrashMode mode) {
        LogEngine engine = open();
        engine.admin().createTopic("orders", 2, TopicSettings.defaults().withSegmentBytes(300));
        for (int i = 0; i < RECORDS; i++) {
            write(engine, ORDERS, "v" + i);
        }
        write(engine, OTHER, "other");
        SimulatedWorld killed = world.restart(CrashMode.PROCESS);
        if (mode == CrashMode.POWER) {
            // All of it happens to have reached the disk: what is missing is taken below.
            for (String name : killed.storage().list("orders-0")) {
                force(killed, "orders-0/" + name);
            }
            killed.storage().syncDirectory("orders-0");
            killed = killed.restart(mode);
        }
        world = killed;
        files = world.storage().list("orders-0").stream()
                .filter(name -> name.endsWith(".log"))
                .map(name -> "orders-0/" + name)
                .toList();
        assertThat(files).hasSizeGreaterThan(2);
    }

    private static void force(SimulatedWorld world, String path) {
        try (StorageFile file = world.storage().open(path, OpenMode.WRITE)) {
            file.force();
        }
    }

    @Test
    void afterAKillASegmentThatIsMissingBeforeOthersIsDamage() {
        for (int missing = 0; missing < 2; missing++) {
            world = new SimulatedWorld(7);
            prepare(CrashMode.PROCESS);
            world.storage().delete(files.get(missing));
            List<String> before = world.storage().list("orders-0");
            isRefused();
            assertThat(world.storage().list("orders-0")).isEqualTo(before);
        }
    }

    @Test
    void afterAKillABatchThatIsDamagedBeforeOthersIsDamage() {
        prepare(CrashMode.PROCESS);
        world.storage().rot(files.get(1), 90, 1);
        isRefused();
        world.storage().rot(files.get(1), 90, 1);
        assertThat(read()).hasSize(RECORDS);
    }

    @Test
    void afterAKillALengthThatIsDamagedBeforeABatchOfTheSameFileIsDamage() {
        prepare(CrashMode.PROCESS);
        // The first batch's size: it seems to go on behind the file's end, as a torn one does.
        String last = files.get(files.size() - 1);
        int size = (int) world.storage().size(last);
        assertThat(size).as("more than a batch").isGreaterThan(100);
        world.storage().rot(last, 9, 1);
        isRefused();
        try (LogRepair repair = LogRepair.open(world.world())) {
            assertThat(repair.plan(ORDERS).lostEndOffset())
                    .as("what stands behind the damage was written, and goes")
                    .isEqualTo(RECORDS);
        }
    }

    @Test
    void afterAKillTheRestOfTheLastWriteMayBeMissing() {
        prepare(CrashMode.PROCESS);
        String last = files.get(files.size() - 1);
        try (StorageFile file = world.storage().open(last, OpenMode.WRITE)) {
            file.truncate(file.size() - 1);
        }
        assertThat(read()).isEqualTo(values(RECORDS - 1));
        assertThat(world.storage().exists("repair")).isFalse();
    }

    @Test
    void aBatchThatIsTheValueOfATornRecordStandsBehindNothing() {
        prepare(CrashMode.PROCESS);
        LogEngine engine = open();
        byte[] first = bytesOf(files.get(files.size() - 1));
        byte[] value = new byte[first.length + 200];
        System.arraycopy(first, 0, value, 0, first.length);
        // As if it were copied from the end of a longer log.
        value[1] = 1;
        engine.partition(ORDERS);
        try (LogProducer producer = engine.producer()) {
            producer.send(ORDERS, 1, null, BytesView.of(value), List.of());
        }
        world = world.restart(CrashMode.PROCESS);
        String last = world.storage().list("orders-0").stream()
                .filter(name -> name.endsWith(".log"))
                .reduce((a, b) -> b)
                .orElseThrow();
        try (StorageFile file = world.storage().open("orders-0/" + last, OpenMode.WRITE)) {
            file.truncate(file.size() - 50);
        }
        assertThat(read()).isEqualTo(values(RECORDS));
    }

    private byte[] bytesOf(String path) {
        try (StorageFile file = world.storage().open(path, OpenMode.READ)) {
            byte[] bytes = new byte[(int) file.size()];
            file.readAt(0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }

    @Test
    void aLogOpensOnAFullDiskAndThenNothingIsKnownOfItsEnd() {
        prepare(CrashMode.PROCESS);
        world.storage().failNext(StorageOperation.WRITE, StorageException.Kind.NO_SPACE);
        open().close();
        assertThat(world.storage().exists("running")).isFalse();
    }

    @Test
    void whatIsDamagedIsDamagedUntilItIsRepairedWhateverIsClosedOrKilledMeanwhile() {
        prepare(CrashMode.PROCESS);
        world.storage().delete(files.get(1));
        open().close();
        isRefused();
        open();
        world = world.restart(CrashMode.PROCESS);
        isRefused();
        RepairPlan plan;
        try (LogRepair repair = LogRepair.open(world.world())) {
            plan = repair.plan(ORDERS);
            assertThat(plan.isNeeded()).isTrue();
            repair.apply(plan);
            assertThat(repair.plan()).isEmpty();
        }
        assertThat(read()).isEqualTo(values((int) plan.keptEndOffset()));
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void whereTheSystemDoesNotTellItsRunOrFailedWhatIsWholeBehindTheHoleIsKept(CrashMode mode) {
        world.storage().hideSystemRun();
        keepsWhatIsWhole(mode);
        world = new SimulatedWorld(8);
        keepsWhatIsWhole(CrashMode.POWER);
    }

    private void keepsWhatIsWhole(CrashMode mode) {
        prepare(mode);
        long bytes = 0;
        for (String file : files.subList(2, files.size())) {
            bytes += world.storage().size(file);
        }
        world.storage().delete(files.get(1));
        List<String> before = read();
        assertThat(before).isEqualTo(values(before.size()));
        List<String> kept = kept();
        assertThat(kept).hasSize(files.size() - 2);
        long keptBytes = 0;
        for (String file : kept) {
            keptBytes += world.storage().size(file);
        }
        assertThat(keptBytes).isEqualTo(bytes);
        assertThat(read()).as("and the log goes on").isEqualTo(before);
    }

    @Test
    void whatIsWholeBehindADamagedBatchIsKeptFromThatOn() {
        prepare(CrashMode.POWER);
        world.storage().rot(files.get(1), 40, 1);
        List<String> before = read();
        assertThat(before).isEqualTo(values(before.size()));
        assertThat(kept()).hasSize(files.size() - 1).first().asString().endsWith(".log.from-0");
        assertThat(world.storage().size(kept().get(0)))
                .as("all of a file whose first batch is bad")
                .isGreaterThan(100);
    }

    /** Wherever it is interrupted, the next opening comes to the same log. */
    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void settingAsideMayBeInterrupted(CrashMode mode) {
        boolean crashed = true;
        for (int call = 0; crashed; call++) {
            world = new SimulatedWorld(call);
            prepare(CrashMode.POWER);
            world.storage().rot(files.get(1), 90, 1);
            world.storage().crashAt(world.storage().callCount() + call);
            crashed = false;
            try {
                open().partition(ORDERS);
            } catch (SimulatedCrash crash) {
                crashed = true;
            }
            world = world.restart(mode);
            List<String> read = read();
            assertThat(read).isEqualTo(values(read.size()));
        }
    }

    /** What the reader can be given is all before the damage; the end that it is told is that of what was written. */
    @Test
    void whoeverReadsTheFilesOfAKilledLogIsToldWhereTheHoleIs() {
        prepare(CrashMode.PROCESS);
        world.storage().rot(files.get(1), 90, 1);
        Seen seen = Reading.ofFiles(world.beside().world(), ORDERS);
        assertThat(seen.error())
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("offset " + seen.values().size() + " is expected, position ")
                .hasMessageContaining(" of " + files.get(1))
                .hasMessageContaining("whole batches stand behind it, from offset "
                        + (seen.values().size() + 1) + " on");
        assertThat(seen.values()).isEqualTo(values(seen.values().size())).hasSizeBetween(1, RECORDS - 2);
        try (ReadOnlyLog log = ReadOnlyLog.open(world.beside().world())) {
            for (Isolation isolation : Isolation.values()) {
                assertThat(log.admin().endOffset(ORDERS, isolation)).isEqualTo(RECORDS);
            }
        }
    }

    /** Only the owner's run of the system is known while it runs, and that is what decides. */
    @Test
    void whoeverReadsBesideTheOwnerIsToldOfAHoleToo() {
        LogEngine owner = open();
        owner.admin().createTopic("orders", 1, TopicSettings.defaults());
        for (int i = 0; i < 3; i++) {
            write(owner, ORDERS, "v" + i);
        }
        String file = "orders-0/00000000000000000000.log";
        long size = world.storage().size(file);
        World beside = world.beside().world();
        try (ReadOnlyLog log = ReadOnlyLog.open(beside)) {
            FollowedPartition follower = log.partition(ORDERS);
            assertThat(follower.refresh().logEndOffset()).isEqualTo(3);
            world.storage().rot(file, size - 1, 1);
            assertThat(Reading.ofFiles(beside, ORDERS))
                    .as("nothing is behind it yet: it may be on its way")
                    .isEqualTo(new Seen(values(2), null));
            write(owner, ORDERS, "v3");
            isTold(2);
            assertThat(follower.refresh().logEndOffset())
                    .as("what was read before")
                    .isEqualTo(4);
            world.storage().rot(file, size - 1, 1);
            assertThat(Reading.ofFiles(beside, ORDERS)).isEqualTo(new Seen(values(4), null));
        }
    }

    /** What a power cut may have taken stays unknown until somebody has opened the partition, however long the next owner lives. */
    @Test
    void whatAPowerCutMayHaveTakenIsNoDamageWhileNobodyHasOpenedThePartition() {
        prepare(CrashMode.POWER);
        world.storage().rot(files.get(1), 90, 1);
        Seen ended = Reading.ofFiles(world.beside().world(), ORDERS);
        assertThat(ended.error()).isNull();
        assertThat(ended.values()).isEqualTo(values(ended.values().size())).hasSizeBetween(1, RECORDS - 2);
        open();
        assertThat(Reading.ofFiles(world.beside().world(), ORDERS)).isEqualTo(ended);
        world = world.restart(CrashMode.PROCESS);
        assertThat(read()).isEqualTo(ended.values());
    }

    /** Its opening has cut it where the first hole was: while the system runs on, no power cut can have made another. */
    @Test
    void afterAPowerCutAHoleInWhatTheNextOwnerWroteIsDamage() {
        prepare(CrashMode.POWER);
        LogEngine owner = open();
        for (int i = 0; i < 3; i++) {
            write(owner, ORDERS, "v" + (RECORDS + i));
        }
        assertThat(Reading.ofFiles(world.beside().world(), ORDERS)).isEqualTo(new Seen(values(RECORDS + 3), null));
        world.storage().rot(files.get(1), 90, 1);
        int before = Reading.ofFiles(world.beside().world(), ORDERS).values().size();
        isTold(before);
        world = world.restart(CrashMode.PROCESS);
        isTold(before);
        try (LogEngine engine = open()) {
            assertThatThrownBy(() -> engine.partition(ORDERS))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("the system has run on since");
        }
    }

    /** A power cut may leave any bytes of the file, and a full disk none. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutTheNoteOfWhoWasKilledNothingIsToldOfAHole(boolean isDeleted) {
        prepare(CrashMode.PROCESS);
        world.storage().rot(files.get(1), 90, 1);
        if (isDeleted) {
            world.storage().delete("running");
        } else {
            world.storage().rot("running", 30, 1);
        }
        Seen ended = Reading.ofFiles(world.beside().world(), ORDERS);
        assertThat(ended.error()).isNull();
        assertThat(read()).isEqualTo(ended.values());
    }

    private void isTold(int before) {
        Seen seen = Reading.ofFiles(world.beside().world(), ORDERS);
        assertThat(seen.values()).isEqualTo(values(before));
        assertThat(seen.error())
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("the system has run on since")
                .hasMessageContaining("millrace log repair");
    }

    private void isRefused() {
        int before = Reading.ofFiles(world.beside().world(), ORDERS).values().size();
        assertThat(before).isLessThan(RECORDS - 1);
        isTold(before);
        try (LogEngine engine = open()) {
            isTold(before);
            assertThatThrownBy(() -> engine.partition(ORDERS))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("the system has run on since")
                    .hasMessageContaining("millrace log repair");
            assertThat(Reading.values(engine, OTHER, Isolation.READ_UNCOMMITTED))
                    .containsExactly("other");
        }
        isTold(before);
        try (LogRepair repair = LogRepair.open(world.world())) {
            assertThat(repair.plan(ORDERS).isNeeded())
                    .as("the repair says the same")
                    .isTrue();
        }
        assertThat(LogInspection.open(world.world()).verify(ORDERS).isNeeded()).isTrue();
        assertThat(world.storage().exists("repair")).isFalse();
    }

    private List<String> kept() {
        List<String> kept = new ArrayList<>();
        for (String time : world.storage().list("repair")) {
            String directory = "repair/" + time + "/orders-0";
            world.storage().list(directory).forEach(name -> kept.add(directory + '/' + name));
        }
        return kept;
    }

    private List<String> read() {
        Seen seen = Reading.ofFiles(world.beside().world(), ORDERS);
        assertThat(seen.error()).isNull();
        try (LogEngine engine = open()) {
            List<String> values = Reading.values(engine, ORDERS, Isolation.READ_UNCOMMITTED);
            assertThat(seen.values())
                    .as("whoever reads the files sees what the opening keeps")
                    .isEqualTo(values);
            return values;
        }
    }

    private static List<String> values(int count) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add("v" + i);
        }
        return values;
    }

    private LogEngine open() {
        return LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
    }

    private static void write(LogEngine engine, TopicPartition partition, String value) {
        try (LogProducer producer = engine.producer()) {
            producer.send(partition, 1, null, BytesView.ofUtf8(value), List.of());
        }
    }
}
