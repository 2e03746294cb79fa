package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Topics change wholly or not at all, whatever crashes, and are never created onto what others left (E6). */
class TopicChangesTest {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);
    private static final TopicPartition OTHER = new TopicPartition("payments", 0);
    private static final TopicSettings SETTINGS = TopicSettings.defaults();

    private SimulatedWorld world = new SimulatedWorld(11);
    private EmbeddedLogConfig config = EmbeddedLogConfig.defaults();

    // --- crashes

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aTopicIsDeletedWhollyOrNotWhereverThatCrashes(CrashMode mode) {
        crashEverywhere(mode, engine -> engine.admin().deleteTopic("orders"), again -> {
            Optional<TopicDescription> orders = again.admin().describeTopic("orders");
            Map<TopicPartition, Long> committed = again.admin().committedOffsets("bank");
            if (orders.isPresent()) {
                assertThat(values(again, FIRST)).containsExactly("a", "b");
                assertThat(values(again, SECOND)).containsExactly("c");
                assertThat(committed).containsEntry(FIRST, 1L);
                again.admin().deleteTopic("orders");
            } else {
                assertThat(committed).doesNotContainKey(FIRST);
                assertThat(names()).noneMatch(name -> name.startsWith("orders-"));
            }
            assertThat(names()).noneMatch(name -> name.endsWith("-delete"));
            again.admin().createTopic("orders", 2, SETTINGS);
            assertThat(values(again, FIRST)).isEmpty();
            assertThat(values(again, SECOND)).isEmpty();
            write(again, FIRST, "new");
            assertThat(values(again, FIRST)).containsExactly("new");
        });
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aTopicThatIsDeletedAndCreatedAgainShowsNothingOldWhereverThatCrashes(CrashMode mode) {
        crashEverywhere(
                mode,
                engine -> {
                    engine.admin().deleteTopic("orders");
                    engine.admin().createTopic("orders", 2, SETTINGS);
                    write(engine, FIRST, "new");
                },
                again -> {
                    if (again.admin().describeTopic("orders").isPresent()) {
                        assertThat(values(again, FIRST)).isIn(List.of("a", "b"), List.of(), List.of("new"));
                        boolean old = values(again, SECOND).equals(List.of("c"));
                        assertThat(values(again, FIRST).equals(List.of("a", "b")))
                                .isEqualTo(old);
                        assertThat(again.admin().committedOffsets("bank").containsKey(FIRST))
                                .isEqualTo(old);
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aTopicGetsAllItsNewPartitionsOrNoneWhereverThatCrashes(CrashMode mode) {
        crashEverywhere(
                mode,
                engine -> {
                    engine.admin().addPartitions("orders", 5);
                    write(engine, new TopicPartition("orders", 4), "last");
                },
                again -> {
                    int partitions =
                            again.admin().describeTopic("orders").orElseThrow().partitions();
                    assertThat(partitions).isIn(2, 5);
                    assertThat(names().stream().filter(name -> name.startsWith("orders-")))
                            .hasSize(partitions);
                    assertThat(values(again, FIRST)).containsExactly("a", "b");
                    again.admin().addPartitions("orders", 5);
                    write(again, new TopicPartition("orders", 3), "x");
                });
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aTopicHasItsOldSettingsOrItsNewOnesWhereverTheirChangeCrashes(CrashMode mode) {
        TopicSettings changed = SETTINGS.withSegmentBytes(100).withRetention(Optional.of(Duration.ofDays(1)));
        crashEverywhere(
                mode,
                engine -> {
                    engine.admin().alterTopic("orders", changed);
                    write(engine, FIRST, "c");
                },
                again -> {
                    assertThat(again.admin()
                                    .describeTopic("orders")
                                    .orElseThrow()
                                    .settings())
                            .isIn(SETTINGS, changed);
                    assertThat(values(again, FIRST)).startsWith("a", "b");
                });
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aCreationThatCrashesLeavesNoDirectory(CrashMode mode) {
        crashEverywhere(
                mode,
                engine -> engine.admin().createTopic("wide", 3, SETTINGS),
                again -> assertThat(names().stream().filter(name -> name.startsWith("wide-")))
                        .hasSize(again.admin().describeTopic("wide").isPresent() ? 3 : 0));
    }

    /** Against power loss, so that what the change found is there after either kind of crash. */
    private void crashEverywhere(CrashMode mode, Consumer<LogEngine> change, Consumer<LogEngine> check) {
        config = EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS);
        boolean crashed = true;
        for (int call = 0; crashed; call++) {
            world = new SimulatedWorld(call);
            LogEngine engine = prepared();
            world.storage().crashAt(world.storage().callCount() + call);
            crashed = crashes(() -> {
                change.accept(engine);
                engine.close();
            });
            world = world.restart(mode);
            // The order that the next process makes may be interrupted as well.
            world.storage().crashAt(call % 40);
            crashes(() -> open().close());
            world = world.restart(mode);
            try (LogEngine again = open()) {
                assertThat(values(again, OTHER)).containsExactly("other");
                assertThat(again.admin().committedOffsets("bank")).containsEntry(OTHER, 1L);
                check.accept(again);
            }
        }
    }

    // --- who still uses a deleted topic

    @Test
    void producersAndReadersOfADeletedTopicAreToldSo() {
        LogEngine engine = prepared();
        LogProducer producer = engine.producer();
        producer.send(FIRST, 1, null, view("unwritten"), List.of());
        LogConsumer reader = engine.consumer(ConsumerConfig.standalone());
        reader.assign(Set.of(FIRST));
        LogConsumer atEnd = engine.consumer(ConsumerConfig.standalone());
        atEnd.assign(Set.of(FIRST));
        atEnd.seek(FIRST, 2);
        engine.admin().deleteTopic("orders");

        for (ThrowingCallable use : List.<ThrowingCallable>of(
                producer::flush, () -> reader.poll(Duration.ZERO), () -> atEnd.poll(Duration.ZERO))) {
            assertThatThrownBy(use)
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("Topic orders was deleted")
                    .extracting(e -> ((LogException) e).disposition())
                    .isEqualTo(Disposition.STOP);
        }
        assertThatThrownBy(() -> write(engine, FIRST, "x"))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("There is no topic 'orders'");
    }

    @Test
    void aGroupLosesADeletedTopicAndReadsItFromItsStartWhenItIsCreatedAgain() {
        LogEngine engine = prepared();
        LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank"));
        consumer.subscribe(Set.of("orders", "payments"), RebalanceListener.NONE);
        consumer.poll(Duration.ZERO);
        assertThat(consumer.assignment()).containsExactlyInAnyOrder(FIRST, SECOND, OTHER);
        String id = engine.admin().describeTopic("orders").orElseThrow().id();

        engine.admin().deleteTopic("orders");
        consumer.poll(Duration.ZERO);
        assertThat(consumer.assignment()).containsExactly(OTHER);
        engine.admin().createTopic("orders", 1, SETTINGS);
        write(engine, FIRST, "new");
        consumer.poll(Duration.ZERO);

        assertThat(consumer.assignment()).containsExactlyInAnyOrder(FIRST, OTHER);
        assertThat(consumer.position(FIRST)).isZero();
        assertThat(engine.admin().describeTopic("orders").orElseThrow().id()).isNotEqualTo(id);
        consumer.close();
        engine.close();
    }

    @Test
    void aGroupSharesPartitionsThatAreAdded() {
        LogEngine engine = prepared();
        LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank"));
        consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
        consumer.poll(Duration.ZERO);
        long version = engine.topicsVersion();
        engine.admin().addPartitions("orders", 4);
        consumer.poll(Duration.ZERO);

        assertThat(consumer.assignment()).hasSize(4);
        assertThat(engine.topicsVersion()).isGreaterThan(version);
    }

    @Test
    void aTopicInWhichATransactionIsOpenIsNotDeleted() {
        LogEngine engine = prepared();
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(77, (short) 0, true);
        builder.append(1, null, view("undecided"), List.of());
        engine.partition(SECOND).append(builder.finish(0), AppendOrigin.CLIENT);

        assertThatThrownBy(() -> engine.admin().deleteTopic("orders"))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("transaction is open in partition 1")
                .extracting(e -> ((LogException) e).disposition())
                .isEqualTo(Disposition.RETRY);
        engine.partition(SECOND).appendMarker(77, (short) 1, false, 0);
        assertThat(engine.admin().deleteTopic("orders")).isTrue();
        assertThat(engine.admin().deleteTopic("orders")).isFalse();
    }

    // --- what is refused

    @Test
    void internalTopicsAreRefusedWithTheReason() {
        LogEngine engine = prepared();
        for (ThrowingCallable change : List.<ThrowingCallable>of(
                () -> engine.admin().deleteTopic("__consumer_offsets"),
                () -> engine.admin().addPartitions("__consumer_offsets", 2),
                () -> engine.admin().alterTopic("__consumer_offsets", SETTINGS))) {
            assertThatThrownBy(change).isInstanceOf(LogException.class).hasMessageContaining("it is internal");
        }
    }

    @Test
    void partitionsAreNeverTakenAway() {
        LogEngine engine = prepared();
        assertThatThrownBy(() -> engine.admin().addPartitions("orders", 1))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("partitions are only added");
        engine.admin().addPartitions("orders", 2);
        assertThatThrownBy(() -> engine.admin().addPartitions("nothing", 2))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("There is no topic");
    }

    @Test
    void aPartitionWhoseDirectoryIsGoneIsRefusedAndTheOthersWork() {
        prepared().close();
        world.storage().list("orders-0").forEach(file -> world.storage().delete("orders-0/" + file));
        world.storage().delete("orders-0");

        try (LogEngine engine = open()) {
            assertThatThrownBy(() -> write(engine, FIRST, "x"))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("directory of partition orders-0 is gone")
                    .hasMessageContaining("millrace log repair --data ");
            assertThat(values(engine, SECOND)).containsExactly("c");
            assertThat(names()).doesNotContain("orders-0");
            assertThat(engine.admin().deleteTopic("orders"))
                    .as("which is a way out")
                    .isTrue();
        }
    }

    @Test
    void aDirectoryThatHoldsForeignFilesBecomesNoPartition() {
        prepared().close();
        world.storage().createDirectories("wide-1");
        world.storage().open("wide-1/00000000000000000000.log", OpenMode.CREATE);

        try (LogEngine engine = open()) {
            assertThatThrownBy(() -> engine.admin().createTopic("wide", 2, SETTINGS))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("Move that directory away");
            assertThat(engine.admin().describeTopic("wide")).isEmpty();
            assertThat(engine.admin().createTopic("wide", 1, SETTINGS)).isTrue();
        }
    }

    // --- faults

    @Test
    void aDeletionThatCannotBeWrittenDownChangesNothing() {
        for (StorageOperation operation : List.of(
                StorageOperation.WRITE,
                StorageOperation.FORCE,
                StorageOperation.RENAME,
                StorageOperation.SYNC_DIRECTORY)) {
            world = new SimulatedWorld(5);
            LogEngine engine = prepared();
            world.storage().failNext(operation, Kind.NO_SPACE);
            // A force that failed is never a mere shortage of space.
            Disposition expected = operation == StorageOperation.FORCE ? Disposition.STOP : Disposition.RETRY;
            assertThatThrownBy(() -> engine.admin().deleteTopic("orders"))
                    .isInstanceOf(LogException.class)
                    .extracting(e -> ((LogException) e).disposition())
                    .isEqualTo(expected);
            assertThat(values(engine, FIRST)).containsExactly("a", "b");
            write(engine, FIRST, "more");
            world = world.restart(CrashMode.PROCESS);
            assertThat(values(open(), FIRST)).containsExactly("a", "b", "more");
        }
    }

    @Test
    void aDeletionThatFailsHalfWayIsFinishedByTheNextChange() {
        LogEngine engine = prepared();
        // The catalogue is renamed, then the first directory.
        world.storage().failAfter(StorageOperation.RENAME, 1, Kind.IO);
        assertThat(engine.admin().deleteTopic("orders")).isTrue();
        assertThat(engine.admin().describeTopic("orders")).isEmpty();
        assertThat(names()).contains("orders-0");

        engine.admin().createTopic("orders", 2, SETTINGS);
        assertThat(values(engine, FIRST)).isEmpty();
        assertThat(names()).noneMatch(name -> name.endsWith("-delete"));
    }

    @Test
    void openFilesOfADeletedTopicAreClosed() {
        LogEngine engine = prepared();
        engine.admin().createTopic("wide", 20, SETTINGS);
        int before = world.storage().openFiles();
        for (int i = 0; i < 20; i++) {
            write(engine, new TopicPartition("wide", i), "x");
        }
        assertThat(world.storage().openFiles()).isGreaterThan(before);
        engine.admin().deleteTopic("wide");
        assertThat(world.storage().openFiles()).isEqualTo(before);
    }

    // --- fixture

    private LogEngine prepared() {
        LogEngine engine = open();
        engine.admin().createTopic("orders", 2, SETTINGS);
        engine.admin().createTopic("payments", 1, SETTINGS);
        write(engine, FIRST, "a");
        write(engine, FIRST, "b");
        write(engine, SECOND, "c");
        write(engine, OTHER, "other");
        try (LogConsumer member = engine.consumer(ConsumerConfig.group("bank"))) {
            member.subscribe(Set.of("orders", "payments"), RebalanceListener.NONE);
            member.poll(Duration.ZERO);
            member.commit(Map.of(FIRST, 1L, OTHER, 1L));
        }
        return engine;
    }

    private LogEngine open() {
        return LogEngine.open(world.world(), config);
    }

    private List<String> names() {
        return world.storage().list("");
    }

    private static boolean crashes(Runnable action) {
        try {
            action.run();
            return false;
        } catch (SimulatedCrash crash) {
            return true;
        }
    }

    private static void write(LogEngine engine, TopicPartition partition, String value) {
        try (LogProducer producer = engine.producer()) {
            producer.send(partition, 1, null, view(value), List.of());
        }
    }

    private static List<String> values(LogEngine engine, TopicPartition partition) {
        return Reading.values(engine, partition, Isolation.READ_COMMITTED);
    }

    private static BytesView view(String text) {
        return BytesView.ofUtf8(text);
    }
}
