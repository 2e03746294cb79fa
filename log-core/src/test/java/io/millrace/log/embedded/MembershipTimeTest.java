package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What time does to members and their commits; time is virtual. */
class MembershipTimeTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final ConsumerConfig CONFIG = ConsumerConfig.group("bank")
            .withSessionTimeout(Duration.ofSeconds(10))
            .withMaxPollInterval(Duration.ofSeconds(100));

    private final SimulatedWorld world = new SimulatedWorld(5);
    private LogEngine engine;

    @BeforeEach
    void open() {
        engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
        engine.admin().createTopic("orders", 1, TopicSettings.defaults());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aMemberThatWorksLongerThanASessionIsKeptAndOneThatNeverPollsIsNot() {
        LogConsumer slow = member(CONFIG);
        slow.poll(Duration.ZERO);
        LogConsumer other = member(CONFIG.withMaxPollInterval(Duration.ofHours(1)));
        world.runFor(Duration.ofSeconds(90));
        other.poll(Duration.ZERO);
        assertThat(slow.assignment()).containsExactly(ORDERS);
        slow.commit(Map.of(ORDERS, 0L));

        world.runFor(Duration.ofSeconds(12));
        other.poll(Duration.ZERO);
        assertThat(other.assignment()).containsExactly(ORDERS);
        assertThatThrownBy(() -> slow.commit(Map.of(ORDERS, 0L))).isInstanceOf(LogException.class);
    }

    @Test
    void aStaticMemberThatIsAwayKeepsItsPartitionsForItsSessionAndNoLonger() {
        LogConsumer first = member(CONFIG.withInstanceId("first"));
        first.poll(Duration.ZERO);
        LogConsumer other = member(CONFIG);
        other.poll(Duration.ZERO);
        first.close();
        world.runFor(Duration.ofSeconds(9));
        other.poll(Duration.ZERO);
        assertThat(other.assignment()).isEmpty();
        LogConsumer again = member(CONFIG.withInstanceId("first"));
        again.poll(Duration.ZERO);
        assertThat(again.assignment()).containsExactly(ORDERS);

        again.close();
        world.runFor(Duration.ofSeconds(11));
        other.poll(Duration.ZERO);
        assertThat(other.assignment()).containsExactly(ORDERS);
    }

    @Test
    void aStaticMemberThatIsAwayHoldsUpNobody() {
        engine.admin().createTopic("payments", 2, TopicSettings.defaults());
        LogConsumer first = engine.consumer(CONFIG.withInstanceId("first"));
        first.subscribe(Set.of("payments"), RebalanceListener.NONE);
        first.poll(Duration.ZERO);
        assertThat(first.assignment()).hasSize(2);
        first.close();
        LogConsumer other = engine.consumer(CONFIG);
        other.subscribe(Set.of("payments"), RebalanceListener.NONE);
        other.poll(Duration.ZERO);

        assertThat(other.assignment()).hasSize(1);
    }

    @Test
    void positionsOfAssignedPartitionsAreCommittedAfterTheIntervalToo() {
        write("a");
        try (LogConsumer consumer = engine.consumer(CONFIG.withAutoCommit(Duration.ofSeconds(5)))) {
            consumer.assign(Set.of(ORDERS));
            read(consumer, 1);
            consumer.poll(Duration.ZERO);
            assertThat(committed()).isEmpty();
            world.runFor(Duration.ofSeconds(6));
            consumer.poll(Duration.ZERO);
            assertThat(committed()).isEqualTo(Map.of(ORDERS, 1L));
        }
    }

    @Test
    void positionsAreCommittedWithTheFirstPollAfterTheIntervalAndWhileAPollWaits() {
        write("a");
        write("b");
        LogConsumer consumer = member(CONFIG.withAutoCommit(Duration.ofSeconds(5)));
        read(consumer, 1);
        world.runFor(Duration.ofSeconds(4));
        read(consumer, 1);
        assertThat(committed()).isEmpty();
        world.runFor(Duration.ofSeconds(2));
        consumer.poll(Duration.ZERO);
        assertThat(committed()).isEqualTo(Map.of(ORDERS, 2L));

        write("c");
        read(consumer, 1);
        // The first wait ends by the signal of the append that was read already.
        consumer.poll(Duration.ofSeconds(20));
        consumer.poll(Duration.ofSeconds(20));
        assertThat(committed()).isEqualTo(Map.of(ORDERS, 3L));
        consumer.close();
    }

    @Test
    void whoCannotJoinAFullDiskIsToldByEveryPollAndJoinsWhenThereIsRoom() {
        LogConsumer consumer = member(CONFIG);
        consumer.poll(Duration.ZERO);
        world.storage().limitCapacity(0);
        LogConsumer late = member(ConsumerConfig.group("late"));
        for (Duration wait : List.of(Duration.ZERO, Duration.ofSeconds(1))) {
            long before = world.clock().nanos();
            assertThatThrownBy(() -> late.poll(wait))
                    .isInstanceOfSatisfying(
                            LogException.class, e -> assertThat(e.disposition()).isEqualTo(Disposition.RETRY));
            assertThat(world.clock().nanos() - before).isGreaterThanOrEqualTo(wait.toNanos());
        }
        late.wakeup();
        assertThat(late.poll(Duration.ofSeconds(1))).as("woken").isEmpty();
        assertThat(consumer.poll(Duration.ZERO)).as("readers go on").isEmpty();
        assertThat(consumer.assignment()).containsExactly(ORDERS);

        world.storage().limitCapacity(Long.MAX_VALUE);
        late.poll(Duration.ZERO);
        assertThat(late.assignment()).containsExactly(ORDERS);
    }

    @Test
    void aWaitingPollJoinsAsSoonAsThereIsRoom() {
        LogConsumer consumer = member(CONFIG);
        world.storage().failNext(StorageOperation.WRITE, Kind.NO_SPACE);
        long before = world.clock().nanos();
        consumer.poll(Duration.ofMinutes(1));

        assertThat(consumer.assignment()).containsExactly(ORDERS);
        assertThat(world.clock().nanos() - before)
                .isLessThan(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void anotherSubscriptionTakesEffectOnceThereIsRoom() {
        engine.admin().createTopic("payments", 1, TopicSettings.defaults());
        LogConsumer consumer = member(CONFIG);
        consumer.poll(Duration.ZERO);
        world.storage().limitCapacity(0);
        consumer.subscribe(Set.of("payments"), RebalanceListener.NONE);
        assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(LogException.class);
        assertThat(consumer.assignment()).containsExactly(ORDERS);

        world.storage().limitCapacity(Long.MAX_VALUE);
        consumer.poll(Duration.ZERO);
        assertThat(consumer.assignment()).containsExactly(new TopicPartition("payments", 0));
    }

    @Test
    void aStaticMemberThatDidNotPollIsToldSoUntilItSubscribesAgain() {
        LogConsumer slow = member(CONFIG.withInstanceId("first"));
        slow.poll(Duration.ZERO);
        world.runFor(Duration.ofSeconds(102));
        for (int polls = 0; polls < 2; polls++) {
            assertThatThrownBy(() -> slow.poll(Duration.ZERO))
                    .hasMessageContaining("maximal poll interval (PT1M40S)")
                    .hasMessageNotContaining("another consumer");
        }
        slow.subscribe(Set.of("orders"), RebalanceListener.NONE);
        slow.poll(Duration.ZERO);
        assertThat(slow.assignment()).containsExactly(ORDERS);
    }

    @Test
    void whoWasRemovedAndIsNotBackCommitsNothingAlsoWhereNobodyElseIs() {
        LogConsumer slow = member(CONFIG);
        slow.poll(Duration.ZERO);
        world.runFor(Duration.ofSeconds(102));
        world.storage().limitCapacity(0);
        slow.poll(Duration.ZERO);
        world.storage().limitCapacity(Long.MAX_VALUE);

        assertThatThrownBy(() -> slow.commit(Map.of(ORDERS, 0L)))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.disposition()).isEqualTo(Disposition.RESTART_TASK));
        assertThat(committed()).isEmpty();
    }

    private Map<TopicPartition, Long> committed() {
        return engine.admin().committedOffsets("bank");
    }

    private LogConsumer member(ConsumerConfig config) {
        LogConsumer consumer = engine.consumer(config);
        consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
        return consumer;
    }

    private void write(String value) {
        try (LogProducer producer = engine.producer()) {
            producer.send(ORDERS, 1, null, BytesView.ofUtf8(value), List.of());
        }
    }

    private static void read(LogConsumer consumer, int count) {
        int read = 0;
        while (read < count) {
            for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                while (read < count && cursor.next()) {
                    read++;
                }
            }
        }
    }
}
