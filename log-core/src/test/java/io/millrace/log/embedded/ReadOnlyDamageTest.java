package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import io.millrace.platform.World;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever reads a damaged log that nobody has open is given every record before the damage, and then an error: never silently less. */
class ReadOnlyDamageTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final String DIRECTORY = "orders-0/";
    private static final String FIRST_LOG = DIRECTORY + "00000000000000000000.log";
    private static final int MANY = 12;

    private SimulatedWorld world = new SimulatedWorld(3);

    /** What a reader was given until it was at the end, or was told of damage. */
    private record Seen(List<String> values, @Nullable LogException error) {}

    // --- an end that was not forced

    @Test
    void aFlippedBitBehindTheRecoveryPointIsToldBehindEveryRecordBeforeIt() {
        List<Long> ends = writeAndClose("a", "b", "c");
        world.storage().rot(FIRST_LOG, ends.get(1) - 1, 1);
        isDamagedBehind(1, "0:a");
    }

    @Test
    void anEndThatIsCutOffIsTold() {
        List<Long> ends = writeAndClose("a", "b", "c");
        truncate(FIRST_LOG, ends.get(1));
        isDamagedBehind(2, "0:a", "1:b");
        truncate(FIRST_LOG, 0);
        isDamagedBehind(0);
    }

    @Test
    void aFileThatIsGoneIsTold() {
        writeAndClose("a", "b", "c");
        world.storage().delete(FIRST_LOG);
        isDamagedBehind(0);
    }

    @Test
    void afterAPowerCutWhatWasNotForcedMayBeGone() {
        for (int seed = 0; seed < 20; seed++) {
            world = new SimulatedWorld(seed);
            writeAndClose("a", "b", "c");
            world = world.restart(CrashMode.POWER);
            Seen seen = read(Isolation.READ_COMMITTED);
            assertThat(seen.error()).isNull();
            assertThat(List.of("0:a", "1:b", "2:c").subList(0, seen.values().size()))
                    .isEqualTo(seen.values());
        }
    }

    @Test
    void damageIsToldToWhoeverAsksForTheRest() {
        List<Long> ends = writeAndClose("a", "b", "c");
        world.storage().rot(FIRST_LOG, ends.get(0) + 30, 1);
        try (ReadOnlyLog log = ReadOnlyLog.open(world.world())) {
            assertThat(log.admin().logStartOffset(ORDERS)).isZero();
            for (Isolation isolation : Isolation.values()) {
                assertThat(log.admin().endOffset(ORDERS, isolation)).isEqualTo(3);
                assertThat(log.admin().offsetForTimestamp(ORDERS, 1, isolation)).hasValue(0);
                assertThatThrownBy(() -> log.admin().offsetForTimestamp(ORDERS, 3, isolation))
                        .isInstanceOf(CorruptionException.class);
            }
            try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
                consumer.assign(Set.of(ORDERS));
                assertThat(consumer.lag(ORDERS)).hasValue(3);
                consumer.seekToEnd(Set.of(ORDERS));
                assertThat(consumer.position(ORDERS)).isEqualTo(3);
                assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(CorruptionException.class);
                consumer.seek(ORDERS, 0);
                assertThat(values(consumer.poll(Duration.ZERO))).containsExactly("0:a");
            }
        }
    }

    @Test
    void whatWasThereWhenItsOwnerOpenedTheLogMustBeThereMeanwhile() {
        List<Long> ends = writeAndClose("a", "b", "c");
        truncate(FIRST_LOG, ends.get(1));
        try (ReadOnlyLog log = ReadOnlyLog.open(world.beside().world());
                LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(ORDERS));
            assertThat(values(consumer.poll(Duration.ZERO))).containsExactly("0:a", "1:b");
            assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(CorruptionException.class);
            try (LogEngine owner = open(Durability.PROCESS_CRASH)) {
                assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(CorruptionException.class);
                assertThat(owner.topic("orders").partitions()).isEqualTo(1);
            }
            world.clock().advance(Duration.ofSeconds(1));
            assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void aReaderGoesOnWhenTheDamageIsUndone() {
        List<Long> ends = writeAndClose("a", "b", "c");
        world.storage().rot(FIRST_LOG, ends.get(1) - 1, 1);
        try (ReadOnlyLog log = ReadOnlyLog.open(world.beside().world());
                LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(ORDERS));
            assertThat(values(consumer.poll(Duration.ZERO))).containsExactly("0:a");
            assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(CorruptionException.class);
            world.storage().rot(FIRST_LOG, ends.get(1) - 1, 1);
            assertThat(values(consumer.poll(Duration.ZERO))).containsExactly("1:b", "2:c");
            assertThat(consumer.poll(Duration.ZERO)).isEmpty();
        }
    }

    @Test
    void aReaderGoesOnBehindARepair() {
        List<Long> ends = writeAndClose("a", "b", "c");
        world.storage().rot(FIRST_LOG, ends.get(1) - 1, 1);
        try (ReadOnlyLog log = ReadOnlyLog.open(world.beside().world());
                LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(ORDERS));
            assertThat(values(consumer.poll(Duration.ZERO))).containsExactly("0:a");
            assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(CorruptionException.class);
            try (LogRepair repair = LogRepair.open(world.world())) {
                repair.apply(repair.plan(ORDERS));
            }
            assertThat(consumer.poll(Duration.ZERO)).isEmpty();
            try (LogEngine owner = open(Durability.PROCESS_CRASH)) {
                append(owner, "d", 0);
                assertThat(values(consumer.poll(Duration.ZERO))).containsExactly("1:d");
            }
        }
    }

    /** Whoever looked at the marker before it was taken away looks again. */
    @Test
    void aRepairInTheMiddleOfALookIsNoDamage() {
        List<Long> ends = writeAndClose("a", "b", "c");
        world.storage().rot(FIRST_LOG, ends.get(1) - 1, 1);
        boolean[] repaired = new boolean[1];
        World beside = world.beside().world();
        Storage storage = before(beside.storage(), "size", path -> {
            if (FIRST_LOG.equals(path) && !repaired[0]) {
                repaired[0] = true;
                try (LogRepair repair = LogRepair.open(world.world())) {
                    repair.apply(repair.plan(ORDERS));
                }
            }
        });
        try (ReadOnlyLog log = ReadOnlyLog.open(
                new World(storage, beside.clock(), beside.ticker(), beside.random(), beside.scheduler()))) {
            assertThat(log.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(1);
        }
        assertThat(repaired[0]).isTrue();
    }

    /** The same storage, but that something happens before a method is called with a path. */
    private static Storage before(Storage storage, String name, Consumer<Object> action) {
        InvocationHandler calls = (proxy, method, arguments) -> {
            if (method.getName().equals(name)) {
                action.accept(arguments[0]);
            }
            try {
                return method.invoke(storage, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (Storage) Proxy.newProxyInstance(Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, calls);
    }

    // --- any file

    @ParameterizedTest
    @EnumSource(Durability.class)
    void damageToAnyFileIsToldOrChangesNothing(Durability durability) {
        writeManyAndClose(durability);
        List<String> committed = whole(Isolation.READ_COMMITTED);
        List<String> all = whole(Isolation.READ_UNCOMMITTED);
        assertThat(committed).hasSizeLessThan(all.size());
        Map<String, Long> sizes = new TreeMap<>();
        world.storage()
                .list("orders-0")
                .forEach(name -> sizes.put(name, world.storage().size(DIRECTORY + name)));
        for (Map.Entry<String, Long> file : sizes.entrySet()) {
            String name = file.getKey();
            long size = file.getValue();
            for (long at = -2; at < size; at += at < 0 ? 1 : 5) {
                world = new SimulatedWorld(at);
                writeManyAndClose(durability);
                spoil(DIRECTORY + name, at, size);
                String what = name + " at " + at;
                check(what, committed, read(Isolation.READ_COMMITTED));
                Seen seen = read(Isolation.READ_UNCOMMITTED);
                check(what, all, seen);
                if (name.endsWith(".log") && at >= 0) {
                    assertThat(seen.values()).as(what).containsAll(before(name, all));
                }
            }
        }
    }

    /** The records of the segments before the one of this file. */
    private static List<String> before(String name, List<String> all) {
        return all.stream().filter(value -> offsetOf(value) < base(name)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {".index", ".timeindex", ".txnindex", ".snapshot"})
    void whatTheBatchesTellIsNotMissed(String suffix) {
        writeManyAndClose(Durability.POWER_LOSS);
        List<String> committed = whole(Isolation.READ_COMMITTED);
        int removed = 0;
        for (String name : world.storage().list("orders-0")) {
            if (name.endsWith(suffix)) {
                world.storage().delete(DIRECTORY + name);
                removed++;
            }
        }
        assertThat(removed).isPositive();
        assertThat(whole(Isolation.READ_COMMITTED)).isEqualTo(committed);
    }

    /** Where nobody knows how far the log was forced, a clean end says that all of it was. */
    @Test
    void withoutARecoveryPointWhatIsThereIsChecked() {
        writeManyAndClose(Durability.POWER_LOSS);
        List<String> all = whole(Isolation.READ_UNCOMMITTED);
        world.storage().delete(DIRECTORY + "recovery-point");
        assertThat(whole(Isolation.READ_UNCOMMITTED)).isEqualTo(all);
        world.storage().rot(FIRST_LOG, world.storage().size(FIRST_LOG) - 1, 1);
        Seen seen = read(Isolation.READ_UNCOMMITTED);
        assertThat(seen.values()).hasSizeLessThan(all.size());
        assertThat(seen.error()).isInstanceOf(CorruptionException.class);
        try (ReadOnlyLog log = ReadOnlyLog.open(world.world())) {
            long last = offsetOf(seen.values().get(seen.values().size() - 1));
            assertThat(log.admin().endOffset(ORDERS, Isolation.READ_COMMITTED))
                    .as("there was more")
                    .isGreaterThan(last + 1);
        }
    }

    @Test
    void withoutARecoveryPointASegmentThatIsGoneIsMissed() {
        writeManyAndClose(Durability.POWER_LOSS);
        List<String> all = whole(Isolation.READ_UNCOMMITTED);
        List<String> logs = logs();
        world.storage().delete(DIRECTORY + "recovery-point");
        world.storage().delete(DIRECTORY + logs.get(1));
        Seen seen = read(Isolation.READ_UNCOMMITTED);
        assertThat(seen.values()).isEqualTo(before(logs.get(1), all));
        assertThat(seen.error())
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("the next segment begins at offset " + base(logs.get(2)));
    }

    @Test
    void withoutARecoveryPointTheLogBeginsWhereItDoes() {
        writeManyAndClose(Durability.POWER_LOSS);
        List<String> all = whole(Isolation.READ_UNCOMMITTED);
        long start = base(logs().get(1));
        try (LogEngine engine = open(Durability.POWER_LOSS)) {
            PartitionCleaning cleaning = engine.partition(ORDERS).cleaning();
            cleaning.step(() -> {
                cleaning.deleteBelow(start, 0);
                return 0;
            });
        }
        world.storage().delete(DIRECTORY + "recovery-point");
        assertThat(whole(Isolation.READ_UNCOMMITTED))
                .isEqualTo(
                        all.stream().filter(value -> offsetOf(value) >= start).toList());
    }

    @Test
    void withoutSnapshotsWhatIsBeforeDamageIsReadAllTheSame() {
        for (int segment = 0; segment < 3; segment++) {
            writeManyAndClose(Durability.POWER_LOSS);
            List<String> all = whole(Isolation.READ_UNCOMMITTED);
            String file = logs().get(segment);
            world.storage().list("orders-0").stream()
                    .filter(name -> name.endsWith(".snapshot"))
                    .forEach(name -> world.storage().delete(DIRECTORY + name));
            world.storage().rot(DIRECTORY + file, 10, 1);
            Seen seen = read(Isolation.READ_UNCOMMITTED);
            assertThat(seen.values()).isEqualTo(before(file, all));
            assertThat(seen.error()).isInstanceOf(CorruptionException.class);
            world = new SimulatedWorld(segment);
        }
    }

    @Test
    void offsetsOfGroupsAreNotToldFromAPartOfWhatWasCommitted() {
        try (LogEngine engine = open(Durability.PROCESS_CRASH)) {
            engine.admin().createTopic("orders", 1, TopicSettings.defaults());
            append(engine, "a", 0);
            engine.groups().commit(new GroupMetadata("bank", "", -1), Map.of(ORDERS, 0L));
            engine.groups().commit(new GroupMetadata("bank", "", -1), Map.of(ORDERS, 1L));
        }
        String file = LogEngine.OFFSETS_PARTITION + "/00000000000000000000.log";
        truncate(file, world.storage().size(file) - 1);
        try (ReadOnlyLog log = ReadOnlyLog.open(world.world())) {
            for (int time = 0; time < 2; time++) {
                assertThatThrownBy(() -> log.admin().committedOffsets("bank")).isInstanceOf(CorruptionException.class);
            }
        }
    }

    /** What looked like the end of a clean log may be what its owner is about to write. */
    @Test
    void aBatchThatIsBeingWrittenIsNoDamage() {
        writeManyAndClose(Durability.POWER_LOSS);
        world.storage().delete(DIRECTORY + "recovery-point");
        try (ReadOnlyLog log = ReadOnlyLog.open(world.beside().world());
                LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(ORDERS));
            consumer.seekToEnd(Set.of(ORDERS));
            assertThat(consumer.lag(ORDERS)).hasValue(0);
            try (LogEngine owner = open(Durability.POWER_LOSS)) {
                assertThat(owner.topic("orders").partitions()).isEqualTo(1);
                String last = logs().get(logs().size() - 1);
                try (StorageFile file = world.storage().open(DIRECTORY + last, OpenMode.WRITE)) {
                    file.append(ByteBuffer.allocate(30));
                }
                assertThat(consumer.lag(ORDERS)).hasValue(0);
            }
        }
    }

    private List<String> logs() {
        return world.storage().list("orders-0").stream()
                .filter(name -> name.endsWith(".log"))
                .sorted()
                .toList();
    }

    private static long base(String name) {
        return Long.parseLong(name.substring(0, 20));
    }

    private static long offsetOf(String value) {
        return Long.parseLong(value.substring(0, value.indexOf(':')));
    }

    private void spoil(String file, long at, long size) {
        if (at == -2) {
            world.storage().delete(file);
        } else if (at == -1) {
            truncate(file, size / 2);
        } else {
            world.storage().rot(file, at, 1 << at % 8);
        }
    }

    private static void check(String what, List<String> expected, Seen seen) {
        assertThat(seen.values().size()).as(what).isLessThanOrEqualTo(expected.size());
        assertThat(seen.values())
                .as(what)
                .isEqualTo(expected.subList(0, seen.values().size()));
        if (seen.values().size() < expected.size()) {
            assertThat(seen.error()).as(what).isInstanceOf(CorruptionException.class);
        }
    }

    // --- how

    private void isDamagedBehind(long offset, String... values) {
        for (Isolation isolation : Isolation.values()) {
            Seen seen = read(isolation);
            assertThat(seen.values()).containsExactly(values);
            assertThat(seen.error())
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("The log of orders-0 is damaged")
                    .hasMessageContaining("offset " + offset + " is expected")
                    .hasMessageContaining("everything below offset 3 was written for good")
                    .hasMessageContaining("millrace log repair");
        }
    }

    private List<String> whole(Isolation isolation) {
        Seen seen = read(isolation);
        assertThat(seen.error()).isNull();
        return seen.values();
    }

    private Seen read(Isolation isolation) {
        List<String> values = new ArrayList<>();
        try (ReadOnlyLog log = ReadOnlyLog.open(world.beside().world());
                LogConsumer consumer = log.consumer(ConsumerConfig.standalone().withIsolation(isolation))) {
            consumer.assign(Set.of(ORDERS));
            List<RecordCursor> ready = consumer.poll(Duration.ZERO);
            while (!ready.isEmpty()) {
                for (RecordCursor cursor : ready) {
                    while (cursor.next()) {
                        values.add(value(cursor));
                    }
                }
                ready = consumer.poll(Duration.ZERO);
            }
            return new Seen(values, null);
        } catch (LogException error) {
            return new Seen(values, error);
        }
    }

    private static List<String> values(List<RecordCursor> cursors) {
        List<String> values = new ArrayList<>();
        for (RecordCursor cursor : cursors) {
            while (cursor.next()) {
                values.add(value(cursor));
            }
        }
        return values;
    }

    private static String value(RecordCursor cursor) {
        return cursor.record().offset() + ":"
                + Objects.requireNonNull(cursor.record().value()).toUtf8();
    }

    private void truncate(String path, long size) {
        try (StorageFile file = world.storage().open(path, OpenMode.WRITE)) {
            file.truncate(size);
        }
    }

    /** @return where each record ends in the file */
    private List<Long> writeAndClose(String... values) {
        List<Long> ends = new ArrayList<>();
        try (LogEngine engine = open(Durability.PROCESS_CRASH)) {
            engine.admin().createTopic("orders", 1, TopicSettings.defaults());
            for (String value : values) {
                append(engine, value, 0);
                ends.add(world.storage().size(FIRST_LOG));
            }
        }
        return ends;
    }

    /** Several segments, some of whose records were aborted, some committed; without power loss in mind, the last were not forced. */
    private void writeManyAndClose(Durability durability) {
        try (LogEngine engine = open(durability)) {
            engine.admin().createTopic("orders", 1, TopicSettings.defaults().withSegmentBytes(400));
            PartitionLog log = engine.partition(ORDERS);
            for (int i = 0; i < MANY; i++) {
                long producerId = i % 3 == 0 ? 0 : 70 + i;
                append(engine, "v" + i, producerId);
                if (producerId != 0) {
                    log.appendMarker(producerId, (short) 1, i % 3 == 1, 0);
                }
                if (i == MANY / 2) {
                    log.checkpoint();
                }
            }
        }
    }

    private LogEngine open(Durability durability) {
        return LogEngine.open(world.world(), EmbeddedLogConfig.defaults().withDurability(durability));
    }

    /** @param producerId 0 for none */
    private static void append(LogEngine engine, String value, long producerId) {
        PartitionLog log = engine.partition(ORDERS);
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(producerId == 0 ? -1 : producerId, (short) (producerId == 0 ? -1 : 0), producerId != 0);
        builder.append(log.view().logEndOffset() + 1, null, BytesView.ofUtf8(value), List.of());
        ByteBuffer batch = builder.finish(producerId == 0 ? -1 : 0);
        log.append(batch, AppendOrigin.CLIENT);
    }
}
