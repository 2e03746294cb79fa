package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine promises about subscriptions, seeking, commits and membership. */
public abstract class ConsumerContract extends EventLogContract {
    /** Long enough that no automatic commit comes by time. */
    private static final Duration NEVER = Duration.ofHours(1);

    // --- subscriptions

    @Test
    protected void aPatternTakesTheTopicsThatMatchWhollyNowAndLater() {
        log.admin().createTopic("orders-eu", 1, TopicSettings.defaults());
        log.admin().createTopic("reorders-eu", 1, TopicSettings.defaults());
        try (LogConsumer consumer = log.consumer(ConsumerConfig.group("regions"))) {
            consumer.subscribe(Pattern.compile("orders-.*"), RebalanceListener.NONE);
            pollUntil(() -> consumer.assignment().size() == 1, consumer);
            log.admin().createTopic("orders-us", 2, TopicSettings.defaults());
            pollUntil(() -> consumer.assignment().size() == 3, consumer);

            assertThat(consumer.assignment()).extracting(TopicPartition::topic).containsOnly("orders-eu", "orders-us");
        }
    }

    @Test
    protected void aPatternTakesNoInternalTopic() {
        try (LogConsumer consumer = log.consumer(ConsumerConfig.group("all"))) {
            consumer.subscribe(Pattern.compile(".*"), RebalanceListener.NONE);
            pollUntil(() -> consumer.assignment().size() == 2, consumer);

            assertThat(consumer.assignment()).containsExactlyInAnyOrder(ORDERS, ORDERS_1);
        }
    }

    @Test
    protected void newPartitionsAreSharedAndThoseOfADeletedTopicAreNot() {
        log.admin().createTopic("growing", 1, TopicSettings.defaults());
        try (LogConsumer consumer = log.consumer(ConsumerConfig.group("growing"))) {
            consumer.subscribe(Pattern.compile("growing|orders"), RebalanceListener.NONE);
            pollUntil(() -> consumer.assignment().size() == 3, consumer);
            log.admin().addPartitions("growing", 3);
            pollUntil(() -> consumer.assignment().size() == 5, consumer);
            log.admin().deleteTopic("growing");
            pollUntil(() -> consumer.assignment().size() == 2, consumer);

            assertThat(consumer.assignment()).containsExactlyInAnyOrder(ORDERS, ORDERS_1);
        }
    }

    @Test
    protected void aNewSubscriptionReplacesTheFormer() {
        log.admin().createTopic("payments", 1, TopicSettings.defaults());
        Recorder listener = new Recorder();
        try (LogConsumer consumer = member("bank", listener)) {
            pollUntil(() -> consumer.assignment().size() == 2, consumer);
            consumer.subscribe(Set.of("payments"), listener);
            TopicPartition payments = new TopicPartition("payments", 0);
            pollUntil(() -> consumer.assignment().equals(Set.of(payments)), consumer);

            assertThat(listener.revoked).containsExactly(Set.of(ORDERS, ORDERS_1));
            assertThat(listener.lost).isEmpty();
        }
    }

    @Test
    protected void aPollReturnsWhenMembershipChanges() {
        Recorder listener = new Recorder();
        try (LogConsumer consumer = member("bank", listener)) {
            for (int polls = 0; listener.assigned.isEmpty() && polls < 100; polls++) {
                assertThat(consumer.poll(LONG)).isEmpty();
            }

            assertThat(listener.assigned).containsExactly(Set.of(ORDERS, ORDERS_1));
        }
    }

    @Test
    protected void surplusMembersAreIdleUntilAnotherLeaves() {
        log.admin().createTopic("narrow", 1, TopicSettings.defaults());
        try (LogConsumer first = log.consumer(ConsumerConfig.group("narrow"))) {
            first.subscribe(Set.of("narrow"), RebalanceListener.NONE);
            pollUntil(() -> !first.assignment().isEmpty(), first);
            try (LogConsumer second = log.consumer(ConsumerConfig.group("narrow"))) {
                second.subscribe(Set.of("narrow"), RebalanceListener.NONE);
                for (int i = 0; i < 5; i++) {
                    first.poll(Duration.ofMillis(1));
                    second.poll(Duration.ofMillis(1));
                }
                assertThat(first.assignment().size() + second.assignment().size())
                        .isEqualTo(1);
                LogConsumer owner = first.assignment().isEmpty() ? second : first;
                LogConsumer idle = owner == first ? second : first;
                owner.leave();
                pollUntil(() -> !idle.assignment().isEmpty(), idle);
            }
        }
    }

    @Test
    protected void groupsReadTheSameTopicIndependently() {
        write(ORDERS, "a", "b");
        try (LogConsumer bank = member("bank");
                LogConsumer audit = member("audit")) {
            assertThat(drain(bank, 2)).containsExactly("a", "b");
            bank.commit();
            assertThat(drain(audit, 1)).containsExactly("a");
            audit.commit(Map.of(ORDERS, 1L));

            assertThat(log.admin().committedOffsets("bank")).containsEntry(ORDERS, 2L);
            assertThat(log.admin().committedOffsets("audit")).isEqualTo(Map.of(ORDERS, 1L));
        }
    }

    // --- joining and leaving

    @Test
    protected void aConsumerThatSubscribesJoinsWithItsFirstPoll() {
        try (LogConsumer consumer = member("bank")) {
            assertThat(log.admin().describeGroup("bank")).isEmpty();
            assertThat(consumer.groupMetadata()).isEqualTo(new GroupMetadata("bank", "", -1));
            pollUntil(() -> consumer.assignment().size() == 2, consumer);

            assertThat(log.admin().describeGroup("bank").orElseThrow().members())
                    .hasSize(1);
        }
    }

    @Test
    protected void aGroupThatCannotBeCalledSoIsRefusedBeforeAnythingIsRead() {
        try (LogConsumer consumer = log.consumer(ConsumerConfig.group(""))) {
            assertThatThrownBy(() -> consumer.subscribe(Set.of("orders"), RebalanceListener.NONE))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("group id");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "leave", "close of a static member"})
    protected void whoEndsGivesUpWhatItHasAndCommitsForItOnceMore(String end) {
        write(ORDERS, "a", "b");
        ConsumerConfig config = ConsumerConfig.group("bank");
        LogConsumer consumer = log.consumer(end.contains("static") ? config.withInstanceId("only") : config);
        Recorder listener = new Recorder() {
            @Override
            public void onRevoked(Set<TopicPartition> partitions) {
                super.onRevoked(partitions);
                assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
                consumer.close();
                consumer.commit(Map.of(ORDERS, 1L));
            }
        };
        consumer.subscribe(Set.of("orders"), listener);
        pollUntil(() -> consumer.assignment().size() == 2, consumer);
        if (end.equals("leave")) {
            consumer.leave();
        } else {
            consumer.close();
        }

        assertThat(listener.revoked).containsExactly(Set.of(ORDERS, ORDERS_1));
        assertThat(listener.lost).isEmpty();
        assertThat(log.admin().committedOffsets("bank")).isEqualTo(Map.of(ORDERS, 1L));
        assertThatThrownBy(consumer::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::groupMetadata).isInstanceOf(IllegalStateException.class);
    }

    @Test
    protected void whoWasReplacedIsToldByItsCloseThatItLostEverything() {
        ConsumerConfig config = ConsumerConfig.group("bank").withInstanceId("only");
        Recorder listener = new Recorder();
        LogConsumer first = log.consumer(config);
        first.subscribe(Set.of("orders"), listener);
        pollUntil(() -> first.assignment().size() == 2, first);
        try (LogConsumer second = log.consumer(config)) {
            second.subscribe(Set.of("orders"), RebalanceListener.NONE);
            pollUntil(() -> second.assignment().size() == 2, second);
            first.close();

            assertThat(listener.lost).containsExactly(Set.of(ORDERS, ORDERS_1));
            assertThat(listener.revoked).isEmpty();
            second.leave();
        }
    }

    @Test
    protected void whoHasNothingIsToldNothingByItsEnd() {
        Recorder listener = new Recorder();
        member("bank", listener).close();

        assertThat(listener.revoked).isEmpty();
        assertThat(listener.lost).isEmpty();
        assertThat(log.admin().describeGroup("bank")).isEmpty();
    }

    @Test
    protected void aListenerThatFailsAtTheEndKeepsNothingFromOthers() {
        LogConsumer failing = member("bank", new Recorder() {
            @Override
            public void onRevoked(Set<TopicPartition> partitions) {
                throw new IllegalStateException("no");
            }
        });
        pollUntil(() -> failing.assignment().size() == 2, failing);
        assertThatThrownBy(failing::close).hasMessage("no");
        failing.close();
        try (LogConsumer next = member("bank")) {
            pollUntil(() -> next.assignment().size() == 2, next);
        }
    }

    // --- static members

    @Test
    protected void aStaticMemberThatRestartsFindsItsPartitionsAndNobodyIsDisturbed() {
        ConsumerConfig config = ConsumerConfig.group("bank");
        Recorder others = new Recorder();
        LogConsumer first = log.consumer(config.withInstanceId("first"));
        first.subscribe(Set.of("orders"), RebalanceListener.NONE);
        pollUntil(() -> first.assignment().size() == 2, first);
        try (LogConsumer second = member("bank", others)) {
            pollUntil(
                    () -> first.assignment().size() == 1 && second.assignment().size() == 1, first, second);
            Set<TopicPartition> before = Set.copyOf(first.assignment());
            others.assigned.clear();
            others.revoked.clear();
            first.close();
            for (int i = 0; i < 3; i++) {
                second.poll(Duration.ofMillis(1));
            }
            try (LogConsumer again = log.consumer(config.withInstanceId("first"))) {
                again.subscribe(Set.of("orders"), RebalanceListener.NONE);
                pollUntil(() -> again.assignment().equals(before), again, second);
                again.leave();
            }
            assertThat(others.revoked).isEmpty();
            pollUntil(() -> second.assignment().size() == 2, second);
        }
    }

    @Test
    protected void aSecondHolderOfAnInstanceIdFencesTheFirst() {
        ConsumerConfig config = ConsumerConfig.group("bank").withInstanceId("only");
        Recorder listener = new Recorder();
        LogConsumer first = log.consumer(config);
        first.subscribe(Set.of("orders"), listener);
        pollUntil(() -> first.assignment().size() == 2, first);
        try (LogConsumer second = log.consumer(config)) {
            second.subscribe(Set.of("orders"), RebalanceListener.NONE);
            pollUntil(() -> second.assignment().size() == 2, second);

            assertRestart(() -> first.commit(Map.of(ORDERS, 0L)));
            for (int polls = 0; polls < 2; polls++) {
                assertThatThrownBy(() -> first.poll(Duration.ZERO))
                        .hasMessageContaining("another consumer came with the instance id only");
                assertRestart(() -> first.poll(Duration.ZERO));
                assertRestart(() -> first.commit(Map.of(ORDERS, 0L)));
            }
            assertThat(listener.lost).containsExactly(Set.of(ORDERS, ORDERS_1));
            assertThat(listener.revoked).isEmpty();
            first.close();
            second.poll(Duration.ZERO);
            assertThat(second.assignment()).hasSize(2);
            second.leave();
        }
    }

    // --- seeking

    @Test
    protected void seekGoesToBothEndsAndToATimestamp() {
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < 10; i++) {
                producer.send(ORDERS, 100 + 10 * i, null, bytes("v" + i), List.of());
                producer.flush();
            }
        }
        try (LogConsumer consumer = assigned(ORDERS)) {
            consumer.seekToEnd(Set.of(ORDERS));
            assertThat(consumer.position(ORDERS)).isEqualTo(10);
            consumer.seekToBeginning(Set.of(ORDERS));
            assertThat(consumer.position(ORDERS)).isZero();
            consumer.seekToTimestamp(Set.of(ORDERS), 151);
            assertThat(drain(consumer, 1)).containsExactly("v6");
            consumer.seekToTimestamp(Set.of(ORDERS), 150);
            assertThat(drain(consumer, 1)).containsExactly("v5");
            consumer.seekToTimestamp(Set.of(ORDERS), 0);
            assertThat(consumer.position(ORDERS)).isZero();
            consumer.seekToTimestamp(Set.of(ORDERS), 191);
            assertThat(consumer.position(ORDERS)).isEqualTo(10);
        }
    }

    @Test
    protected void theOffsetOfATimestampIsTheFirstThatIsNotOlder() {
        long[] timestamps = {50, 20, 70, 70, 60, 90};
        try (LogProducer producer = log.producer()) {
            for (long timestamp : timestamps) {
                producer.send(ORDERS, timestamp, null, bytes("v"), List.of());
            }
        }
        for (long wanted = 0; wanted <= 100; wanted += 5) {
            int first = 0;
            while (first < timestamps.length && timestamps[first] < wanted) {
                first++;
            }
            var found = log.admin().offsetForTimestamp(ORDERS, wanted, Isolation.READ_COMMITTED);
            if (first == timestamps.length) {
                assertThat(found).as("%d", wanted).isEmpty();
            } else {
                assertThat(found).as("%d", wanted).hasValue(first);
            }
        }
    }

    @Test
    protected void withoutAnOffsetAConsumerThatIsToRefuseSaysSo() {
        ConsumerConfig strict = ConsumerConfig.group("strict").withOffsetReset(ConsumerConfig.OffsetReset.ERROR);
        LogConsumer consumer = log.consumer(strict);
        consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
        assertThatThrownBy(() -> pollUntil(() -> false, consumer))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("orders-");
        consumer.close();
    }

    // --- bounds

    @Test
    protected void aPollHandsOutNoMoreThanItsBoundAndNothingIsLost() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            expected.add("v" + i);
        }
        write(ORDERS, expected.toArray(new String[0]));
        write(ORDERS_1, expected.toArray(new String[0]));
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone().withPollRecords(7))) {
            consumer.assign(Set.of(ORDERS, ORDERS_1));
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            for (int polls = 0; first.size() + second.size() < 50; polls++) {
                assertThat(polls).isLessThan(50);
                int inThisPoll = 0;
                for (RecordCursor cursor : consumer.poll(Duration.ofMillis(1))) {
                    while (cursor.next()) {
                        inThisPoll++;
                        (cursor.topicPartition().equals(ORDERS) ? first : second)
                                .add(cursor.record().value().toUtf8());
                        assertThat(cursor.position())
                                .isGreaterThan(cursor.record().offset());
                    }
                }
                assertThat(inThisPoll).isLessThanOrEqualTo(7);
            }
            assertThat(first).isEqualTo(expected);
            assertThat(second).isEqualTo(expected);
            assertThat(consumer.lag(ORDERS)).hasValue(0);
        }
    }

    // --- commits

    /** Of two batches: what is looked at is there to be read, and nothing else has changed. */
    @Test
    protected void whatIsPeekedAtIsStillToBeRead() {
        write(ORDERS, "a", "b");
        write(ORDERS, "c");
        try (LogConsumer consumer = member("bank")) {
            RecordCursor cursor = pollOne(consumer);
            for (String expected : List.of("a", "b", "c")) {
                long before = consumer.position(ORDERS);
                long lag = consumer.lag(ORDERS).orElseThrow();
                assertThat(textOf(cursor.peek())).isEqualTo(expected);
                assertThat(textOf(cursor.peek())).isEqualTo(expected);
                assertThat(cursor.isExhausted()).isFalse();
                assertThat(consumer.position(ORDERS)).isEqualTo(before);
                assertThat(consumer.lag(ORDERS)).hasValue(lag);
                consumer.commit();
                assertThat(log.admin().committedOffsets("bank").getOrDefault(ORDERS, 0L))
                        .isEqualTo(before);
                // A poll in between keeps what is fetched, and what is peeked at.
                assertThat(consumer.poll(Duration.ZERO)).containsExactly(cursor);

                assertThat(cursor.next()).isTrue();
                assertThat(textOf(cursor.record())).isEqualTo(expected);
                assertThat(consumer.position(ORDERS)).isEqualTo(before + 1);
            }
            assertThat(cursor.peek()).isNull();
            assertThat(cursor.next()).isFalse();

            consumer.seek(ORDERS, 1);
            assertThat(textOf(pollOne(consumer).peek())).isEqualTo("b");
            consumer.seek(ORDERS, 0);
            assertThat(textOf(pollOne(consumer).peek())).isEqualTo("a");
        }
    }

    private static RecordCursor pollOne(LogConsumer consumer) {
        List<RecordCursor> ready = consumer.poll(LONG);
        for (int polls = 0; ready.isEmpty() && polls < 100; polls++) {
            ready = consumer.poll(LONG);
        }
        assertThat(ready).hasSize(1);
        return ready.get(0);
    }

    private static String textOf(@Nullable LogRecord found) {
        LogRecord record = Objects.requireNonNull(found);
        return Objects.requireNonNull(record.value()).toUtf8();
    }

    @Test
    protected void recordByRecordBatchByBatchAndLaterCommitsAreWhereTheNextOneGoesOn() {
        write(ORDERS, "a", "b", "c", "d");
        try (LogConsumer consumer = member("bank")) {
            RecordCursor cursor = firstCursor(consumer);
            cursor.next();
            consumer.commit(Map.of(ORDERS, cursor.record().offset() + 1));
            assertThat(log.admin().committedOffsets("bank")).isEqualTo(Map.of(ORDERS, 1L));
            cursor.next();
            consumer.commit();
            assertThat(log.admin().committedOffsets("bank")).containsEntry(ORDERS, 2L);
            cursor.next();
            var later = consumer.commitAsync().toCompletableFuture();
            settle();
            later.join();
            assertThat(log.admin().committedOffsets("bank")).containsEntry(ORDERS, 3L);
        }
        try (LogConsumer consumer = member("bank")) {
            assertThat(drain(consumer, 1)).containsExactly("d");
        }
    }

    @Test
    protected void anAsynchronousCommitOfAFencedMemberFailsItsStage() {
        ConsumerConfig config = ConsumerConfig.group("bank").withInstanceId("only");
        LogConsumer first = log.consumer(config);
        first.subscribe(Set.of("orders"), RebalanceListener.NONE);
        pollUntil(() -> first.assignment().size() == 2, first);
        try (LogConsumer second = log.consumer(config)) {
            second.subscribe(Set.of("orders"), RebalanceListener.NONE);
            pollUntil(() -> second.assignment().size() == 2, second);
            var failed = first.commitAsync(Map.of(ORDERS, 0L)).toCompletableFuture();
            settle();

            assertThatThrownBy(failed::join).hasCauseInstanceOf(LogException.class);
            second.leave();
        }
        first.close();
    }

    @Test
    protected void withAutomaticCommitACloseCommitsWhatIsDoneButNotTheRecordInHand() {
        write(ORDERS, "a", "b", "c");
        ConsumerConfig config = ConsumerConfig.group("bank").withAutoCommit(NEVER);
        try (LogConsumer consumer = log.consumer(config)) {
            consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
            RecordCursor cursor = firstCursor(consumer);
            cursor.next();
            cursor.next();
        }
        assertThat(log.admin().committedOffsets("bank")).containsEntry(ORDERS, 1L);
        try (LogConsumer consumer = log.consumer(config)) {
            consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
            assertThat(drain(consumer, 2)).containsExactly("b", "c");
            consumer.poll(Duration.ZERO);
        }
        assertThat(log.admin().committedOffsets("bank")).containsEntry(ORDERS, 3L);
    }

    @Test
    protected void withAutomaticCommitTheNextOwnerGoesOnBehindWhatIsDone() {
        write(ORDERS, "a", "b", "c");
        write(ORDERS_1, "a", "b", "c");
        ConsumerConfig config = ConsumerConfig.group("bank").withAutoCommit(NEVER);
        try (LogConsumer first = log.consumer(config)) {
            first.subscribe(Set.of("orders"), RebalanceListener.NONE);
            drain(first, 6);
            try (LogConsumer second = member("bank")) {
                pollUntil(() -> second.assignment().size() == 1, first, second);

                assertThat(second.position(second.assignment().iterator().next()))
                        .isEqualTo(3);
            }
        }
    }

    @Test
    protected void withAutomaticCommitAssignedPartitionsAreCommittedWhenTheyAreGivenUp() {
        write(ORDERS, "a", "b", "c");
        write(ORDERS_1, "d");
        try (LogConsumer consumer = log.consumer(ConsumerConfig.group("bank").withAutoCommit(NEVER))) {
            consumer.assign(Set.of(ORDERS, ORDERS_1));
            drain(consumer, 4);
            consumer.poll(Duration.ZERO);
            assertThat(log.admin().committedOffsets("bank")).isEmpty();
            consumer.assign(Set.of(ORDERS));
            assertThat(log.admin().committedOffsets("bank")).isEqualTo(Map.of(ORDERS_1, 1L));
        }
        assertThat(log.admin().committedOffsets("bank")).isEqualTo(Map.of(ORDERS, 3L, ORDERS_1, 1L));
    }

    @Test
    protected void whoAssignsCommitsNothingAutomaticallyWhileTheGroupHasMembers() {
        write(ORDERS, "a");
        try (LogConsumer member = member("bank")) {
            pollUntil(() -> member.assignment().size() == 2, member);
            try (LogConsumer consumer =
                    log.consumer(ConsumerConfig.group("bank").withAutoCommit(NEVER))) {
                consumer.assign(Set.of(ORDERS));
                drain(consumer, 1);
                consumer.poll(Duration.ZERO);
                assertRestart(consumer::commit);
                assertThatThrownBy(consumer::commit).hasMessageContainingAll("members", "subscribe");
            }
            assertThat(log.admin().committedOffsets("bank")).isEmpty();
        }
    }

    @Test
    protected void withoutAGroupNothingIsCommittedAutomatically() {
        write(ORDERS, "a");
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone().withAutoCommit(NEVER))) {
            consumer.assign(Set.of(ORDERS));
            assertThat(drain(consumer, 1)).containsExactly("a");
        }
        assertThat(log.admin().groups()).isEmpty();
    }

    @Test
    protected void aNegativeWaitIsRefused() {
        try (LogConsumer consumer = assigned(ORDERS)) {
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(-1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("PT-1S");
        }
    }

    @Test
    protected void whatIsCommittedIsNotCommittedForPartitionsOfOthers() {
        try (LogConsumer first = member("bank", new Recorder());
                LogConsumer second = member("bank", new Recorder())) {
            pollUntil(
                    () -> first.assignment().size() == 1 && second.assignment().size() == 1, first, second);
            Set<TopicPartition> foreign = new LinkedHashSet<>(second.assignment());

            assertRestart(() -> first.commit(Map.of(foreign.iterator().next(), 0L)));
        }
    }

    private RecordCursor firstCursor(LogConsumer consumer) {
        for (int polls = 0; polls < 1_000; polls++) {
            settle();
            List<RecordCursor> cursors = consumer.poll(Duration.ofMillis(1));
            if (!cursors.isEmpty()) {
                return cursors.get(0);
            }
        }
        throw new AssertionError("No record came");
    }

    private static void assertRestart(ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .extracting(LogException::disposition)
                .isEqualTo(Disposition.RESTART_TASK);
    }
}
