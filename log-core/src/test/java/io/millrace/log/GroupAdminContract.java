package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every engine promises about the administration of groups. */
public abstract class GroupAdminContract extends ConsumerContract {
    @Test
    protected void aGroupIsDescribedWithItsMembersAndItsLag() {
        write(ORDERS, "a", "b", "c");
        write(ORDERS_1, "a");
        assertThat(log.admin().describeGroup("bank")).isEmpty();
        try (LogConsumer consumer = member("bank")) {
            drain(consumer, 4);
            consumer.commit(Map.of(ORDERS, 1L));
            GroupDescription group = log.admin().describeGroup("bank").orElseThrow();

            assertThat(group.state()).isEqualTo(GroupDescription.State.STABLE);
            assertThat(group.members()).hasSize(1);
            GroupDescription.Member only = group.members().get(0);
            assertThat(only.assignment()).containsExactlyInAnyOrder(ORDERS, ORDERS_1);
            assertThat(only.memberId()).isEqualTo(consumer.groupMetadata().memberId());
            assertThat(only.topics()).containsExactly("orders");
            Optional<String> owner = Optional.of(only.memberId());
            assertThat(group.progress())
                    .containsExactly(
                            new GroupDescription.Progress(ORDERS, OptionalLong.of(1), 3, 2, false, owner),
                            new GroupDescription.Progress(ORDERS_1, OptionalLong.empty(), 1, 1, false, owner));
        }
        reopen();
        GroupDescription empty = log.admin().describeGroup("bank").orElseThrow();
        assertThat(empty.state()).isEqualTo(GroupDescription.State.EMPTY);
        assertThat(empty.members()).isEmpty();
        assertThat(empty.progress())
                .containsExactly(
                        new GroupDescription.Progress(ORDERS, OptionalLong.of(1), 3, 2, false, Optional.empty()));
    }

    @Test
    protected void aGroupOnItsWayIsReconciling() {
        try (LogConsumer first = member("bank", new Recorder())) {
            pollUntil(() -> first.assignment().size() == 2, first);
            try (LogConsumer second = member("bank", new Recorder())) {
                // The first does not poll, and what it has is not given to others meanwhile.
                pollUntil(() -> state() == GroupDescription.State.RECONCILING, second);
                assertThat(second.assignment()).isEmpty();
                pollUntil(() -> state() == GroupDescription.State.STABLE, first, second);
            }
        }
    }

    @Test
    protected void offsetsAreResetAsThePlanSaidAndNothingBeforeThat() {
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < 5; i++) {
                producer.send(ORDERS, 100 + i, null, bytes("v" + i), List.of());
            }
        }
        commit("bank", ORDERS, 3);
        assertThat(target(new OffsetTarget.Earliest())).isZero();
        assertThat(target(new OffsetTarget.Latest())).isEqualTo(5);
        assertThat(target(new OffsetTarget.Offset(2))).isEqualTo(2);
        assertThat(target(new OffsetTarget.Offset(99))).isEqualTo(5);
        assertThat(target(new OffsetTarget.Timestamp(101))).isEqualTo(1);
        assertThat(target(new OffsetTarget.Timestamp(200))).isEqualTo(5);

        assertThat(target(new OffsetTarget.Shift(1))).isEqualTo(4);
        assertThat(target(new OffsetTarget.Shift(-2))).isEqualTo(1);
        assertThat(target(new OffsetTarget.Shift(Long.MAX_VALUE))).isEqualTo(5);
        assertThat(target(new OffsetTarget.Shift(Long.MIN_VALUE))).isZero();
        assertThatThrownBy(
                        () -> log.admin().planOffsetReset("bank", Set.of(ORDERS, ORDERS_1), new OffsetTarget.Shift(1)))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("orders-1");

        OffsetResetPlan plan =
                log.admin().planOffsetReset("bank", Set.of(ORDERS, ORDERS_1), new OffsetTarget.Offset(1));
        assertThat(plan.moves())
                .containsExactly(
                        new OffsetResetPlan.Move(ORDERS, OptionalLong.of(3), 1),
                        new OffsetResetPlan.Move(ORDERS_1, OptionalLong.empty(), 0));
        assertThat(log.admin().committedOffsets("bank")).isEqualTo(Map.of(ORDERS, 3L));
        log.admin().resetOffsets(plan);
        reopen();

        assertThat(log.admin().committedOffsets("bank")).isEqualTo(Map.of(ORDERS, 1L, ORDERS_1, 0L));
        try (LogConsumer consumer = member("bank")) {
            assertThat(drain(consumer, 1)).containsExactly("v1");
        }
    }

    @Test
    protected void aResetIsRefusedWhileTheGroupHasMembersAndWhenItMovedSinceThePlan() {
        write(ORDERS, "a", "b", "c");
        commit("bank", ORDERS, 1);
        OffsetResetPlan plan = log.admin().planOffsetReset("bank", Set.of(ORDERS), new OffsetTarget.Latest());
        try (LogConsumer consumer = member("bank")) {
            pollUntil(() -> consumer.assignment().size() == 2, consumer);
            assertRetry(() -> log.admin().resetOffsets(plan));
            assertRetry(() -> log.admin().deleteGroup("bank"));
            consumer.commit(Map.of(ORDERS, 2L));
        }
        assertRetry(() -> log.admin().resetOffsets(plan));

        assertThat(log.admin().committedOffsets("bank")).isEqualTo(Map.of(ORDERS, 2L));
    }

    @Test
    protected void aDeletedGroupIsGoneForGoodAndOthersAreNot() {
        write(ORDERS, "a", "b");
        commit("bank", ORDERS, 1);
        commit("audit", ORDERS, 1);
        assertThat(log.admin().deleteGroup("bank")).isTrue();
        assertThat(log.admin().deleteGroup("bank")).isFalse();
        reopen();

        assertThat(log.admin().groups()).doesNotContain("bank").contains("audit");
        assertThat(log.admin().describeGroup("bank")).isEmpty();
        try (LogConsumer consumer = member("bank")) {
            assertThat(drain(consumer, 1)).containsExactly("a");
        }
    }

    private GroupDescription.State state() {
        return log.admin().describeGroup("bank").orElseThrow().state();
    }

    private long target(OffsetTarget target) {
        return log.admin()
                .planOffsetReset("bank", Set.of(ORDERS), target)
                .moves()
                .get(0)
                .to();
    }

    private void commit(String group, TopicPartition partition, long offset) {
        try (LogConsumer consumer = member(group)) {
            pollUntil(() -> consumer.assignment().contains(partition), consumer);
            consumer.commit(Map.of(partition, offset));
        }
    }

    private static void assertRetry(ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .extracting(LogException::disposition)
                .isEqualTo(Disposition.RETRY);
    }
}
