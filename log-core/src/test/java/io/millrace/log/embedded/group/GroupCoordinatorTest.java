package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.OffsetTarget;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.partition.CommitHold;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Offsets in and outside of transactions, and who may commit them, across crashes. */
class GroupCoordinatorTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);
    private static final GroupMetadata NOBODY = new GroupMetadata("bank", "", -1);
    private static final long PRODUCER = 5;

    private SimulatedWorld world = new SimulatedWorld(11);
    private LogEngine engine;

    @BeforeEach
    void open() {
        engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS));
        engine.admin().createTopic("orders", 2, TopicSettings.defaults());
    }

    @Test
    void anOffsetOfATransactionIsCommittedByItsMarker() {
        pending(0, NOBODY, 7);
        assertThat(committed()).isEmpty();

        end(1, true);
        assertThat(committed()).isEqualTo(Map.of(ORDERS, 7L));
    }

    @Test
    void anOffsetOfAnAbortedTransactionIsForgotten() {
        engine.groups().commit(NOBODY, Map.of(ORDERS, 3L));
        pending(0, NOBODY, 7);
        end(1, false);

        assertThat(committed()).isEqualTo(Map.of(ORDERS, 3L));
        assertThat(stable().pending()).isEmpty();
    }

    @Test
    void aPartitionThatWasGivenUpBeforeItsOffsetWasDecidedIsNotRead() {
        pending(0, NOBODY, 7);
        try (LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank"))) {
            consumer.assign(Set.of(ORDERS));
            consumer.assign(Set.of(ORDERS_1));
            end(1, false);
            consumer.poll(Duration.ZERO);

            assertThat(consumer.assignment()).containsExactly(ORDERS_1);
        }
    }

    @Test
    void whatWasPendingBeforeACrashIsPendingAfterItUntilTheMarker() {
        engine.groups().commit(NOBODY, Map.of(ORDERS, 3L));
        pending(0, NOBODY, 7);
        crash(CrashMode.PROCESS);

        assertThat(committed()).isEqualTo(Map.of(ORDERS, 3L));
        assertThat(stable().pending()).containsExactly(ORDERS);
        end(1, true);
        assertThat(committed()).isEqualTo(Map.of(ORDERS, 7L));
        assertThat(stable().committed()).isEqualTo(Map.of(ORDERS, 7L));
    }

    @Test
    void aMarkerThatWasWrittenBeforeACrashCountsAfterIt() {
        pending(0, NOBODY, 7);
        engine.partition(LogEngine.OFFSETS_PARTITION).appendMarker(PRODUCER, (short) 1, true, 0);
        crash(CrashMode.PROCESS);

        assertThat(committed()).isEqualTo(Map.of(ORDERS, 7L));
        assertThat(stable().pending()).isEmpty();
    }

    @Test
    void aPlainCommitSurvivesAPowerCut() {
        engine.groups().commit(NOBODY, Map.of(ORDERS, 3L, ORDERS_1, 4L));
        crash(CrashMode.POWER);

        assertThat(committed()).isEqualTo(Map.of(ORDERS, 3L, ORDERS_1, 4L));
    }

    @Test
    void onlyTheCurrentGenerationOfALivingMemberCommitsAndOnlyWhatItOwns() {
        LogConsumer first = member();
        first.poll(Duration.ZERO);
        GroupMetadata stale = first.groupMetadata();
        LogConsumer second = member();
        for (int i = 0; i < 2; i++) {
            first.poll(Duration.ZERO);
            second.poll(Duration.ZERO);
        }
        TopicPartition foreign = second.assignment().iterator().next();
        TopicPartition own = first.assignment().iterator().next();
        long end = offsetsEnd();

        assertFenced(() -> engine.groups().commit(stale, Map.of(own, 1L)));
        assertFenced(() -> engine.groups().appendTransactionalOffsets(PRODUCER, (short) 0, stale, Map.of(own, 1L)));
        assertFenced(() -> first.commit(Map.of(own, 0L, foreign, 0L)));
        assertFenced(() -> engine.groups().commit(NOBODY, Map.of(own, 1L)));
        assertThat(offsetsEnd()).as("nothing was written").isEqualTo(end);

        first.commit(Map.of(own, 0L));
        assertThat(committed()).isEqualTo(Map.of(own, 0L));
    }

    @Test
    void aGenerationIsNeverUsedAgainWhateverCrashes() {
        int highest = 0;
        for (int life = 0; life < 4; life++) {
            LogConsumer consumer = member();
            consumer.poll(Duration.ZERO);
            GroupMetadata metadata = consumer.groupMetadata();
            assertThat(metadata.generation()).isGreaterThan(highest);
            highest = metadata.generation();
            consumer.commit(Map.of(ORDERS, 0L));
            crash(life % 2 == 0 ? CrashMode.PROCESS : CrashMode.POWER);

            assertFenced(() -> engine.groups().commit(metadata, Map.of(ORDERS, 99L)));
        }
    }

    @Test
    void anOffsetForAPartitionThatDoesNotExistLeavesNothingBehind() {
        assertThatThrownBy(() -> engine.groups()
                        .appendTransactionalOffsets(
                                PRODUCER, (short) 0, NOBODY, Map.of(ORDERS, 1L, new TopicPartition("orders", 2), 1L)))
                .isInstanceOf(LogException.class);

        assertThat(stable().pending()).isEmpty();
    }

    @Test
    void aNewOwnerWaitsForTheOpenTransactionOfTheLastOne() {
        try (LogProducer producer = engine.producer()) {
            producer.send(ORDERS, 1, null, BytesView.ofUtf8("a"), List.of());
            producer.send(ORDERS, 1, null, BytesView.ofUtf8("b"), List.of());
        }
        LogConsumer first = member();
        first.poll(Duration.ZERO);
        pending(0, first.groupMetadata(), 1);
        first.close();
        LogConsumer second = member();
        second.poll(Duration.ZERO);
        assertThat(second.assignment()).containsExactly(ORDERS_1);

        end(1, true);
        second.poll(Duration.ZERO);
        assertThat(second.assignment()).containsExactlyInAnyOrder(ORDERS, ORDERS_1);
        assertThat(second.position(ORDERS)).isEqualTo(1);
    }

    @Test
    void aCommitThatIsMadeDurableAfterADeletionOfItsGroupStaysDeleted() {
        Runnable rest = engine.groups().append(NOBODY, Map.of(ORDERS, 3L, ORDERS_1, 4L));
        engine.groups().commit(NOBODY, Map.of(ORDERS, 5L));
        engine.groups().operations().delete("bank");
        rest.run();

        assertThat(committed()).isEqualTo(Map.of(ORDERS_1, 4L));
        crash(CrashMode.POWER);
        assertThat(committed()).isEqualTo(Map.of(ORDERS_1, 4L));
    }

    @Test
    void whoWaitsForAnOffsetOfAnotherTopicGoesOnWhenThatIsDeleted() {
        engine.admin().createTopic("credits", 1, TopicSettings.defaults());
        TopicPartition credits = new TopicPartition("credits", 0);
        engine.groups().appendTransactionalOffsets(PRODUCER, (short) 0, NOBODY, Map.of(credits, 0L));
        try (LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank"))) {
            consumer.subscribe(Set.of("orders", "credits"), RebalanceListener.NONE);
            consumer.poll(Duration.ZERO);
            assertThat(consumer.assignment()).as("number 0 waits as a whole").containsExactly(ORDERS_1);
            engine.admin().deleteTopic("credits");
            consumer.poll(Duration.ZERO);

            assertThat(consumer.assignment()).containsExactlyInAnyOrder(ORDERS, ORDERS_1);
        }
    }

    @Test
    void theOffsetsPartitionIsTheSameForEveryGroup() {
        assertThat(engine.groups().offsetsPartition("bank")).isEqualTo(LogEngine.OFFSETS_PARTITION);
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void offsetsAreResetWhollyOrNotWhereverItCrashes(CrashMode mode) {
        boolean crashed = true;
        for (int call = 0; crashed; call++) {
            world = new SimulatedWorld(call);
            open();
            engine.groups().commit(NOBODY, Map.of(ORDERS, 3L, ORDERS_1, 3L));
            OffsetResetPlan plan = new OffsetResetPlan(
                    "bank",
                    List.of(
                            new OffsetResetPlan.Move(ORDERS, OptionalLong.of(3), 1),
                            new OffsetResetPlan.Move(ORDERS_1, OptionalLong.of(3), 2)));
            world.storage().crashAt(world.storage().callCount() + call);
            crashed = crashes(() -> engine.groups().operations().reset(plan));
            crash(mode);

            Map<TopicPartition, Long> before = Map.of(ORDERS, 3L, ORDERS_1, 3L);
            Map<TopicPartition, Long> after = Map.of(ORDERS, 1L, ORDERS_1, 2L);
            if (crashed) {
                assertThat(committed()).isIn(before, after);
            } else {
                assertThat(committed()).isEqualTo(after);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aGroupIsDeletedWhollyOrNotWhereverItCrashesAndItsEpochRisesOn(CrashMode mode) {
        boolean crashed = true;
        for (int call = 0; crashed; call++) {
            world = new SimulatedWorld(call);
            open();
            LogConsumer consumer = member();
            consumer.poll(Duration.ZERO);
            consumer.commit(Map.of(ORDERS, 0L, ORDERS_1, 0L));
            int generation = consumer.groupMetadata().generation();
            consumer.close();
            world.storage().crashAt(world.storage().callCount() + call);
            crashed = crashes(() -> engine.groups().operations().delete("bank"));
            crash(mode);

            if (crashed) {
                assertThat(committed()).isIn(Map.of(), Map.of(ORDERS, 0L, ORDERS_1, 0L));
            } else {
                assertThat(committed()).isEmpty();
            }
            LogConsumer next = member();
            next.poll(Duration.ZERO);
            assertThat(next.groupMetadata().generation()).isGreaterThan(generation);
        }
    }

    @Test
    void nobodyTakesFromATransactionTheOffsetsThatWaitForItsEnd() {
        engine.groups().commit(NOBODY, Map.of(ORDERS, 3L, ORDERS_1, 3L));
        OffsetResetPlan plan = plan(ORDERS);
        pending(0, NOBODY, 7);

        assertWaits(() -> engine.admin().deleteGroup("bank"));
        assertWaits(() -> plan(ORDERS));
        assertWaits(() -> engine.admin().resetOffsets(plan));
        assertThat(engine.admin().describeGroup("bank").orElseThrow().pending()).isEqualTo(Map.of(ORDERS, PRODUCER));
        engine.admin().resetOffsets(plan(ORDERS_1));
        end(1, true);

        assertThat(committed()).as("what was committed moved").isEqualTo(Map.of(ORDERS, 7L, ORDERS_1, 0L));
        assertThat(engine.admin().describeGroup("bank").orElseThrow().pending()).isEmpty();
        assertThat(engine.admin().deleteGroup("bank")).isTrue();
        crash(CrashMode.POWER);
        assertThat(committed()).isEmpty();
    }

    private OffsetResetPlan plan(TopicPartition partition) {
        return engine.admin().planOffsetReset("bank", Set.of(partition), new OffsetTarget.Earliest());
    }

    private static void assertWaits(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.disposition()).isEqualTo(Disposition.RETRY))
                .hasMessageContaining("orders-0", "producer " + PRODUCER, "millrace transactions list");
    }

    private static boolean crashes(Runnable action) {
        try {
            action.run();
            return false;
        } catch (SimulatedCrash crash) {
            return true;
        }
    }

    private LogConsumer member() {
        LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank"));
        consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
        return consumer;
    }

    private void pending(int epoch, GroupMetadata group, long offset) {
        engine.groups().appendTransactionalOffsets(PRODUCER, (short) epoch, group, Map.of(ORDERS, offset));
    }

    private void end(int epoch, boolean commit) {
        engine.partition(LogEngine.OFFSETS_PARTITION).appendMarker(PRODUCER, (short) epoch, commit, 0);
        engine.groups().completeTransaction(LogEngine.OFFSETS_PARTITION, PRODUCER, commit, new CommitHold());
    }

    private Map<TopicPartition, Long> committed() {
        return engine.groups().committed("bank");
    }

    private StableOffsets stable() {
        return engine.groups().stableOffsets("bank", List.of(ORDERS), () -> {});
    }

    private long offsetsEnd() {
        return engine.admin().endOffset(LogEngine.OFFSETS_PARTITION, Isolation.READ_UNCOMMITTED);
    }

    private void crash(CrashMode mode) {
        world = world.restart(mode);
        open();
    }

    private static void assertFenced(ThrowingCallable commit) {
        assertThatThrownBy(commit)
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .extracting(LogException::disposition)
                .isEqualTo(Disposition.RESTART_TASK);
    }
}
