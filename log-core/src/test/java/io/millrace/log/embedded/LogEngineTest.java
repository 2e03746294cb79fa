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
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordMetadata;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the embedded engine promises beyond the contract, in a world that crashes and fails on demand. */
class LogEngineTest {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);
    private static final EmbeddedLogConfig SAFE = EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS);

    private SimulatedWorld world = new SimulatedWorld(7);

    @Test
    void aLogThatIsOpenIsRefusedWithWhatToDo() {
        try (LogEngine engine = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("already open in another process")
                    .hasMessageContaining("close it there")
                    .extracting(e -> ((LogException) e).disposition())
                    .isEqualTo(Disposition.STOP);
            assertThat(engine.newProducerId()).isNotNegative();
        }
        open().close();
    }

    @Test
    void anOpeningThatFailsLeavesTheDirectoryFree() {
        world.storage().failNext(StorageOperation.FORCE, Kind.IO);
        assertThatThrownBy(this::open).isInstanceOf(LogException.class);
        open().close();
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aTopicExistsWhollyOrNotWhereverItsCreationCrashes(CrashMode mode) {
        boolean crashed = true;
        for (int call = 0; crashed; call++) {
            world = new SimulatedWorld(call);
            LogEngine engine = open();
            engine.admin().createTopic("before", 1, TopicSettings.defaults());
            world.storage().crashAt(world.storage().callCount() + call);
            crashed = crashes(() -> {
                engine.admin().createTopic("orders", 2, TopicSettings.defaults());
                write(engine, FIRST, "a");
                engine.close();
            });
            world = world.restart(mode);
            try (LogEngine again = open()) {
                assertThat(again.admin().describeTopic("before")).isPresent();
                assertThat(again.admin().describeTopic("orders").map(TopicDescription::partitions))
                        .isIn(Optional.empty(), Optional.of(2));
                again.admin().createTopic("orders", 2, TopicSettings.defaults());
                write(again, SECOND, "b");
                assertThat(again.admin().endOffset(SECOND, Isolation.READ_COMMITTED))
                        .isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aProducerIdIsHandedOutOnceWhateverCrashes(CrashMode mode) {
        Set<Long> handedOut = new HashSet<>();
        for (int life = 0; life < 12; life++) {
            if (life % 2 == 0) {
                world.storage().crashAt(world.storage().callCount() + life);
            }
            crashes(() -> {
                LogEngine engine = open();
                for (int i = 0; i < 700; i++) {
                    assertThat(handedOut.add(engine.newProducerId())).isTrue();
                }
            });
            world = world.restart(mode);
        }
        assertThat(handedOut).hasSizeGreaterThan(700);
    }

    @Test
    void whatWasPromisedSurvivesAPowerCut() {
        LogEngine engine = open(SAFE);
        engine.admin().createTopic("orders", 2, TopicSettings.defaults());
        LogProducer producer = engine.producer();
        CompletableFuture<RecordMetadata> promise =
                producer.send(ProducerRecord.of("orders", null, view("kept"))).toCompletableFuture();
        world.runUntilIdle();
        TopicPartition written = promise.join().topicPartition();
        producer.send(written, 1, null, view("flushed"), List.of());
        producer.flush();
        world = world.restart(CrashMode.POWER);

        try (LogEngine again = open(SAFE)) {
            assertThat(again.admin().endOffset(written, Isolation.READ_COMMITTED))
                    .isEqualTo(2);
        }
    }

    @Test
    void aFailedPartitionStopsAloneAndTheNextOpeningRecoversIt() {
        LogEngine engine = open(SAFE);
        engine.admin().createTopic("orders", 2, TopicSettings.defaults());
        write(engine, FIRST, "a");
        write(engine, SECOND, "a");
        LogProducer producer = engine.producer();
        producer.send(FIRST, 1, null, view("b"), List.of());
        world.storage().failNext(StorageOperation.FORCE, Kind.IO);

        assertThatThrownBy(producer::flush)
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .extracting(LogException::disposition)
                .isEqualTo(Disposition.STOP);
        assertThatThrownBy(() -> write(engine, FIRST, "c")).isInstanceOf(LogException.class);
        write(engine, SECOND, "b");
        engine.close();
        assertThat(CleanShutdown.read(world.storage(), Collections.emptySortedSet())
                        .unclean())
                .containsExactly(FIRST);

        try (LogEngine again = open(SAFE)) {
            assertThat(again.admin().endOffset(FIRST, Isolation.READ_COMMITTED)).isBetween(1L, 2L);
            assertThat(again.admin().endOffset(SECOND, Isolation.READ_COMMITTED))
                    .isEqualTo(2);
            write(again, FIRST, "c");
        }
    }

    @Test
    void aFullDiskIsToldAsSuchAndNothingIsLostOrDoubledWhenThereIsRoomAgain() {
        try (LogEngine engine = open()) {
            engine.admin().createTopic("orders", 2, TopicSettings.defaults());
            LogProducer producer = engine.producer();
            producer.send(FIRST, 1, null, view("a"), List.of());
            world.storage().failNext(StorageOperation.WRITE, Kind.NO_SPACE);
            assertThatThrownBy(producer::flush)
                    .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                    .extracting(LogException::disposition)
                    .isEqualTo(Disposition.RETRY);
            producer.send(FIRST, 1, null, view("b"), List.of());
            producer.close();

            assertThat(engine.admin().endOffset(FIRST, Isolation.READ_COMMITTED))
                    .isEqualTo(2);
        }
    }

    @Test
    void aPromiseThatCannotBeWrittenFailsAndTheNextOneIsKept() {
        try (LogEngine engine = open()) {
            engine.admin().createTopic("orders", 1, TopicSettings.defaults());
            LogProducer producer = engine.producer(ProducerConfig.defaults().withDeliveryTimeout(Duration.ZERO));
            CompletableFuture<RecordMetadata> kept =
                    producer.send(ProducerRecord.of("orders", null, view("a"))).toCompletableFuture();
            world.runUntilIdle();
            world.storage().failNext(StorageOperation.WRITE, Kind.NO_SPACE);
            CompletableFuture<RecordMetadata> failed =
                    producer.send(ProducerRecord.of("orders", null, view("b"))).toCompletableFuture();
            world.runUntilIdle();
            CompletableFuture<RecordMetadata> next =
                    producer.send(ProducerRecord.of("orders", null, view("c"))).toCompletableFuture();
            world.runUntilIdle();

            assertThat(kept.join().offset()).isZero();
            assertThat(failed).isCompletedExceptionally();
            assertThat(next.join().offset()).isEqualTo(1);
        }
    }

    @Test
    void aPromiseIsKeptByTheCloseAndRefusedBehindIt() {
        LogEngine engine = open();
        engine.admin().createTopic("orders", 1, TopicSettings.defaults());
        LogProducer producer = engine.producer();
        CompletableFuture<RecordMetadata> kept =
                producer.send(ProducerRecord.of("orders", null, view("a"))).toCompletableFuture();
        engine.close();
        CompletableFuture<RecordMetadata> refused =
                producer.send(ProducerRecord.of("orders", null, view("b"))).toCompletableFuture();

        assertThat(kept).isCompletedWithValueMatching(written -> written.offset() == 0);
        assertThat(refused).isCompletedExceptionally();
        try (LogEngine again = open()) {
            assertThat(again.admin().endOffset(FIRST, Isolation.READ_COMMITTED)).isEqualTo(1);
        }
    }

    @Test
    void theRecoveryPointFollowsInTheBackground() {
        try (LogEngine engine = open()) {
            engine.admin().createTopic("orders", 1, TopicSettings.defaults());
            write(engine, FIRST, "a");
            assertThat(engine.partition(FIRST).recoveryPoint()).isZero();
            world.runFor(EmbeddedLogConfig.defaults().checkpointInterval().multipliedBy(2));

            assertThat(engine.partition(FIRST).recoveryPoint()).isEqualTo(1);
        }
    }

    @Test
    void aPartitionThatNobodyUsedSinceACrashIsRecoveredAfterACleanCloseToo() {
        LogEngine engine = open();
        engine.admin().createTopic("orders", 2, TopicSettings.defaults());
        write(engine, FIRST, "a");
        write(engine, SECOND, "a");
        world = world.restart(CrashMode.POWER);
        try (LogEngine again = open()) {
            again.partition(FIRST);
        }

        assertThat(CleanShutdown.take(world.storage(), Collections.emptySortedSet())
                        .unclean())
                .containsExactly(SECOND);
        CleanShutdown.State taken = CleanShutdown.take(world.storage(), new TreeSet<>(Set.of(FIRST, SECOND)));
        assertThat(taken.killed()).as("what was taken is gone").containsExactly(FIRST);
        assertThat(taken.unclean()).containsExactly(SECOND);
    }

    @Test
    void onlyPartitionsInWhichATransactionMayBeOpenAreNamedForIt() {
        LogEngine engine = open();
        engine.admin().createTopic("orders", 3, TopicSettings.defaults());
        write(engine, FIRST, "decided");
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(77, (short) 0, true);
        builder.append(1, null, view("undecided"), List.of());
        engine.partition(SECOND).append(builder.finish(0), AppendOrigin.CLIENT);
        engine.close();
        for (int i = 0; i < 2; i++) {
            try (LogEngine again = open()) {
                assertThat(again.maybeUndecided())
                        .as("also when nobody used it in between")
                        .containsExactly(LogEngine.OFFSETS_PARTITION, SECOND);
            }
        }
        engine = open();
        engine.partition(SECOND).appendMarker(77, (short) 1, false, 0);
        engine.close();
        engine = open();
        assertThat(engine.maybeUndecided()).containsExactly(LogEngine.OFFSETS_PARTITION);
        world = world.restart(CrashMode.PROCESS);
        assertThat(open().maybeUndecided())
                .as("nothing is known after a crash")
                .contains(FIRST, SECOND, new TopicPartition("orders", 2));
    }

    @Test
    void manyPartitionsCostNoOpenFilesUntilTheyAreUsed() {
        try (LogEngine engine = open()) {
            int before = world.storage().openFiles();
            engine.admin().createTopic("wide", 1000, TopicSettings.defaults());
            assertThat(world.storage().openFiles()).isEqualTo(before);
        }
        assertThat(world.storage().openFiles()).isZero();
    }

    @Test
    void aThousandPartitionsAreUsedWithFewOpenFiles() {
        int most = 20;
        EmbeddedLogConfig few = EmbeddedLogConfig.defaults().withMaxOpenFiles(most);
        try (LogEngine engine = open(few)) {
            engine.admin().createTopic("wide", 1000, TopicSettings.defaults());
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 1000; i++) {
                    write(engine, new TopicPartition("wide", i), "v" + round);
                    assertThat(world.storage().openFiles()).isLessThanOrEqualTo(most);
                }
            }
        }
        try (LogEngine again = open(few)) {
            for (int i = 0; i < 1000; i += 37) {
                assertThat(Reading.values(again, new TopicPartition("wide", i), Isolation.READ_COMMITTED))
                        .containsExactly("v0", "v1");
            }
        }
        assertThat(world.storage().openFiles()).isZero();
    }

    @Test
    void namesThatDifferByCaseAloneAreRefused() {
        try (LogEngine engine = open()) {
            engine.admin().createTopic("Orders", 1, TopicSettings.defaults());
            assertThatThrownBy(() -> engine.admin().createTopic("orders", 1, TopicSettings.defaults()))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("Orders");
        }
    }

    @Test
    void aDamagedCatalogueIsNamedAndNothingIsGuessed() {
        LogEngine engine = open();
        engine.admin().createTopic("orders", 2, TopicSettings.defaults());
        engine.close();
        world.storage().rot("topics", 20, 1);

        assertThatThrownBy(this::open).isInstanceOf(LogException.class).hasMessageContaining("topics");
    }

    @Test
    void aSilentMemberLosesItsPartitionsAndComesBack() {
        ConsumerConfig config = ConsumerConfig.group("bank").withMaxPollInterval(Duration.ofSeconds(10));
        try (LogEngine engine = open()) {
            engine.admin().createTopic("orders", 2, TopicSettings.defaults());
            LogConsumer silent = engine.consumer(config);
            Set<TopicPartition> lost = new HashSet<>();
            silent.subscribe(Set.of("orders"), listener(lost));
            silent.poll(Duration.ZERO);
            LogConsumer other = engine.consumer(config.withMaxPollInterval(Duration.ofHours(1)));
            other.subscribe(Set.of("orders"), RebalanceListener.NONE);
            world.runFor(Duration.ofSeconds(12));
            other.poll(Duration.ZERO);
            assertThat(other.assignment()).containsExactlyInAnyOrder(FIRST, SECOND);

            assertThatThrownBy(() -> silent.commit(Map.of(FIRST, 0L)))
                    .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                    .extracting(LogException::disposition)
                    .isEqualTo(Disposition.RESTART_TASK);
            for (int i = 0; i < 3; i++) {
                silent.poll(Duration.ZERO);
                other.poll(Duration.ZERO);
            }
            assertThat(lost).containsExactlyInAnyOrder(FIRST, SECOND);
            assertThat(silent.assignment()).hasSize(1);
            assertThat(other.assignment()).hasSize(1);
        }
    }

    @Test
    void aLostMemberComesBackOnceThereIsRoomOnTheDisk() {
        ConsumerConfig config = ConsumerConfig.group("bank").withMaxPollInterval(Duration.ofSeconds(10));
        try (LogEngine engine = open()) {
            engine.admin().createTopic("orders", 1, TopicSettings.defaults());
            LogConsumer silent = engine.consumer(config);
            silent.subscribe(Set.of("orders"), RebalanceListener.NONE);
            silent.poll(Duration.ZERO);
            world.runFor(Duration.ofSeconds(12));
            world.storage().limitCapacity(0);
            assertThat(silent.poll(Duration.ZERO)).as("told of its loss").isEmpty();
            assertThat(silent.assignment()).isEmpty();
            assertThatThrownBy(() -> silent.poll(Duration.ZERO))
                    .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                    .extracting(LogException::disposition)
                    .isEqualTo(Disposition.RETRY);

            world.storage().limitCapacity(Long.MAX_VALUE);
            silent.poll(Duration.ZERO);
            assertThat(silent.assignment()).containsExactly(FIRST);
            silent.commit(Map.of(FIRST, 0L));
        }
    }

    @Test
    void aTopicWhoseGroupsCouldNotBeToldIsTheirsWhenItIsCreatedAgain() {
        try (LogEngine engine = open()) {
            engine.admin().createTopic("payments", 1, TopicSettings.defaults());
            LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank"));
            consumer.subscribe(Set.of("orders", "payments"), RebalanceListener.NONE);
            consumer.poll(Duration.ZERO);
            // The catalogue takes two writes, the epoch of the group is the third.
            world.storage().failAfter(StorageOperation.WRITE, 2, Kind.NO_SPACE);
            assertThatThrownBy(() -> engine.admin().createTopic("orders", 1, TopicSettings.defaults()))
                    .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                    .extracting(LogException::disposition)
                    .isEqualTo(Disposition.RETRY);

            assertThat(engine.admin().createTopic("orders", 1, TopicSettings.defaults()))
                    .isFalse();
            consumer.poll(Duration.ZERO);
            assertThat(consumer.assignment()).contains(FIRST);
        }
    }

    @Test
    void aListenerThatFailsKeepsNoPartitionFromTheNextOwner() {
        try (LogEngine engine = open()) {
            engine.admin().createTopic("orders", 2, TopicSettings.defaults());
            LogConsumer failing = engine.consumer(ConsumerConfig.group("bank"));
            failing.subscribe(Set.of("orders"), new RebalanceListener() {
                @Override
                public void onAssigned(Set<TopicPartition> partitions) {}

                @Override
                public void onRevoked(Set<TopicPartition> partitions) {
                    throw new IllegalStateException("no");
                }

                @Override
                public void onLost(Set<TopicPartition> partitions) {}
            });
            failing.poll(Duration.ZERO);
            LogConsumer other = engine.consumer(ConsumerConfig.group("bank"));
            other.subscribe(Set.of("orders"), RebalanceListener.NONE);
            other.poll(Duration.ZERO);
            assertThatThrownBy(() -> failing.poll(Duration.ZERO)).hasMessage("no");

            failing.poll(Duration.ZERO);
            other.poll(Duration.ZERO);
            assertThat(failing.assignment()).hasSize(1);
            assertThat(other.assignment()).hasSize(1);
        }
    }

    private static RebalanceListener listener(Set<TopicPartition> lost) {
        return new RebalanceListener() {
            @Override
            public void onAssigned(Set<TopicPartition> partitions) {}

            @Override
            public void onRevoked(Set<TopicPartition> partitions) {}

            @Override
            public void onLost(Set<TopicPartition> partitions) {
                lost.addAll(partitions);
            }
        };
    }

    private LogEngine open() {
        return open(EmbeddedLogConfig.defaults());
    }

    private LogEngine open(EmbeddedLogConfig config) {
        return LogEngine.open(world.world(), config);
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

    private static BytesView view(String text) {
        return BytesView.ofUtf8(text);
    }
}
