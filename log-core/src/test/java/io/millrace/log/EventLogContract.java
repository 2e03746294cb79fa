package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine promises about records, positions and topics; inherited by the tests of each. */
public abstract class EventLogContract {
    /** A poll that waits for so long has something to wait for, or the test is wrong. */
    protected static final Duration LONG = Duration.ofMinutes(5);

    protected static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    protected static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);

    protected EventLog log;

    /** Opens the log, at first an empty one, later what the last one left. */
    protected abstract EventLog open();

    /** Lets the log's own loops do what they have to do, where nobody else does. */
    protected void settle() {}

    @BeforeEach
    protected void openLog() {
        log = open();
        log.admin().createTopic("orders", 2, TopicSettings.defaults());
    }

    @AfterEach
    protected void closeLog() {
        log.close();
    }

    protected final void reopen() {
        log.close();
        log = open();
    }

    // --- records and positions
    // ---------------------------------------------------------------------------------------------------

    @Test
    protected void recordsAreReadAsTheyWereWrittenAndInOrder() {
        Header header = Header.ofUtf8("trace", "t-1");
        try (LogProducer producer = log.producer()) {
            producer.send(ORDERS, 1_000, bytes("k"), bytes("v"), List.of(header, new Header("none", null)));
            producer.send(ORDERS, 999, null, bytes("keyless"), List.of());
            producer.send(ORDERS, 1_001, bytes("deleted"), null, List.of());
        }
        try (LogConsumer consumer = assigned(ORDERS)) {
            RecordCursor cursor = consumer.poll(LONG).get(0);
            assertThat(cursor.topicPartition()).isEqualTo(ORDERS);
            LogRecord record = cursor.record();
            assertThat(cursor.next()).isTrue();
            assertThat(record.offset()).isZero();
            assertThat(record.timestamp()).isEqualTo(1_000);
            assertThat(record.key()).isEqualTo(bytes("k"));
            assertThat(record.value()).isEqualTo(bytes("v"));
            assertThat(record.headers()).containsExactly(header, new Header("none", null));
            assertThat(cursor.next()).isTrue();
            assertThat(record.offset()).isEqualTo(1);
            assertThat(record.key()).isNull();
            assertThat(record.timestamp()).isEqualTo(999);
            assertThat(cursor.next()).isTrue();
            assertThat(record.value()).isNull();
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.isExhausted()).isTrue();
        }
    }

    @Test
    protected void aPromisedRecordIsWrittenWithoutAFlush() {
        try (LogProducer producer = log.producer()) {
            CompletableFuture<RecordMetadata> first = producer.send(
                            new ProducerRecord("orders", 1, 5L, null, bytes("a"), List.of()))
                    .toCompletableFuture();
            CompletableFuture<RecordMetadata> second = producer.send(
                            new ProducerRecord("orders", 1, 6L, null, bytes("b"), List.of()))
                    .toCompletableFuture();
            settle();

            assertThat(first.join()).isEqualTo(new RecordMetadata(ORDERS_1, 0, 5));
            assertThat(second.join()).isEqualTo(new RecordMetadata(ORDERS_1, 1, 6));
        }
        assertThat(values(ORDERS_1, 2)).containsExactly("a", "b");
    }

    @Test
    protected void afterAFlushEveryPromiseIsKept() {
        try (LogProducer producer = log.producer()) {
            List<CompletableFuture<RecordMetadata>> futures = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                futures.add(producer.send(ProducerRecord.of("orders", bytes("key" + i), bytes("v" + i)))
                        .toCompletableFuture());
            }
            producer.flush();

            assertThat(futures).allMatch(CompletableFuture::isDone);
        }
    }

    @Test
    protected void plainAndPromisedRecordsKeepTheirOrder() {
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < 10; i++) {
                producer.send(ORDERS, 1, null, bytes("plain" + i), List.of());
                producer.send(new ProducerRecord("orders", 0, 1L, null, bytes("promised" + i), List.of()));
            }
            producer.send(ORDERS, 1, null, bytes("last"), List.of());
        }
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            expected.add("plain" + i);
            expected.add("promised" + i);
        }
        expected.add("last");
        assertThat(values(ORDERS, 21)).isEqualTo(expected);
    }

    @Test
    protected void aKeyGoesWhereKafkaPutsIt() {
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < 20; i++) {
                BytesView key = bytes("account-" + i);
                CompletableFuture<RecordMetadata> written = producer.send(ProducerRecord.of("orders", key, bytes("v")))
                        .toCompletableFuture();
                producer.flush();

                assertThat(written.join().topicPartition().partition()).isEqualTo(Partitioner.partitionOf(key, 2));
            }
        }
    }

    @Test
    protected void positionAndLagFollowWhatIsRead() {
        write(ORDERS, "a", "b", "c");
        try (LogConsumer consumer = assigned(ORDERS)) {
            assertThat(consumer.position(ORDERS)).isZero();
            assertThat(consumer.lag(ORDERS)).hasValue(3);
            RecordCursor cursor = consumer.poll(LONG).get(0);
            cursor.next();

            assertThat(consumer.position(ORDERS)).isEqualTo(1);
            assertThat(cursor.position()).isEqualTo(1);
            cursor.next();
            cursor.next();
            assertThat(consumer.lag(ORDERS)).hasValue(0);
            assertThat(consumer.lag(ORDERS_1)).isEmpty();
            assertThat(consumer.poll(Duration.ZERO)).isEmpty();
        }
    }

    @Test
    protected void whatIsNotConsumedIsHandedOutAgain() {
        write(ORDERS, "a", "b");
        try (LogConsumer consumer = assigned(ORDERS)) {
            consumer.poll(LONG).get(0).next();
            RecordCursor again = consumer.poll(Duration.ZERO).get(0);

            assertThat(again.next()).isTrue();
            assertThat(again.record().value()).isEqualTo(bytes("b"));
        }
    }

    @Test
    protected void seekGoesBackAndForth() {
        write(ORDERS, "a", "b", "c");
        try (LogConsumer consumer = assigned(ORDERS)) {
            assertThat(drain(consumer, 3)).containsExactly("a", "b", "c");
            consumer.seek(ORDERS, 1);
            assertThat(drain(consumer, 2)).containsExactly("b", "c");
            consumer.seek(ORDERS, 2);
            assertThat(consumer.position(ORDERS)).isEqualTo(2);
            assertThat(drain(consumer, 1)).containsExactly("c");
        }
    }

    @Test
    protected void aPausedPartitionHandsOutNothingUntilItIsResumed() {
        write(ORDERS, "a");
        write(ORDERS_1, "b");
        try (LogConsumer consumer = assigned(ORDERS, ORDERS_1)) {
            consumer.pause(Set.of(ORDERS));
            assertThat(drain(consumer, 1)).containsExactly("b");
            assertThat(consumer.poll(Duration.ZERO)).isEmpty();
            consumer.resume(Set.of(ORDERS));
            assertThat(drain(consumer, 1)).containsExactly("a");
        }
    }

    @Test
    protected void everyPartitionComesFirstInItsTurn() {
        write(ORDERS, "a");
        write(ORDERS_1, "b");
        try (LogConsumer consumer = assigned(ORDERS, ORDERS_1)) {
            Set<TopicPartition> first = new LinkedHashSet<>();
            for (int i = 0; i < 2; i++) {
                first.add(consumer.poll(LONG).get(0).topicPartition());
            }

            assertThat(first).containsExactlyInAnyOrder(ORDERS, ORDERS_1);
        }
    }

    @Test
    protected void aWakeupEndsTheNextWaitingPoll() {
        try (LogConsumer consumer = assigned(ORDERS)) {
            consumer.wakeup();
            assertThat(consumer.poll(LONG)).isEmpty();
        }
    }

    @Test
    protected void aReaderWithoutOffsetBeginsWhereItSays() {
        write(ORDERS, "a");
        try (LogConsumer latest =
                        log.consumer(ConsumerConfig.standalone().withOffsetReset(ConsumerConfig.OffsetReset.LATEST));
                LogConsumer strict =
                        log.consumer(ConsumerConfig.standalone().withOffsetReset(ConsumerConfig.OffsetReset.ERROR))) {
            latest.assign(Set.of(ORDERS));
            assertThat(latest.position(ORDERS)).isEqualTo(1);
            assertThatThrownBy(() -> {
                        strict.assign(Set.of(ORDERS));
                        strict.poll(Duration.ZERO);
                    })
                    .isInstanceOf(LogException.class);
        }
    }

    @Test
    protected void recordsAndIdentityOutliveAnOpening() {
        write(ORDERS, "a", "b");
        String logId = log.logId();
        reopen();
        write(ORDERS, "c");

        assertThat(log.logId()).isEqualTo(logId);
        assertThat(values(ORDERS, 3)).containsExactly("a", "b", "c");
        assertThat(log.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(3);
        assertThat(log.admin().logStartOffset(ORDERS)).isZero();
    }

    // --- topics
    // ------------------------------------------------------------------------------------------------------------------

    @Test
    protected void aTopicExistsFromItsCreationOn() {
        TopicSettings settings =
                TopicSettings.compacted().withSegmentBytes(1 << 20).withMaxRecordBytes(1000);
        assertThat(log.admin().createTopic("balances", 3, settings)).isTrue();
        assertThat(log.admin().createTopic("balances", 3, settings)).isFalse();
        reopen();

        TopicDescription balances = log.admin().describeTopic("balances").orElseThrow();
        assertThat(balances).isEqualTo(new TopicDescription("balances", balances.id(), 3, settings, false));
        assertThat(balances.id()).isNotEmpty();
        assertThat(log.admin().topics()).extracting(TopicDescription::name).contains("balances", "orders");
        assertThat(log.admin().describeTopic("nothing")).isEmpty();
    }

    @Test
    protected void aTopicIsNotCreatedTwiceWithAnotherNumberOfPartitions() {
        assertThatThrownBy(() -> log.admin().createTopic("orders", 3, TopicSettings.defaults()))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("2 partitions");
    }

    @Test
    protected void namesThatAreNoneAreRefused() {
        for (String name : List.of("", ".", "..", "a/b", "a b", "ä", "x".repeat(250), "__mine")) {
            assertThatThrownBy(() -> log.admin().createTopic(name, 1, TopicSettings.defaults()))
                    .as(name)
                    .isInstanceOf(LogException.class);
        }
    }

    @Test
    protected void anUnknownTopicIsAnErrorThatNamesIt() {
        try (LogProducer producer = log.producer()) {
            assertThatThrownBy(() -> producer.send(ProducerRecord.of("nothing", null, bytes("v"))))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("nothing");
        }
    }

    // --- groups
    // ------------------------------------------------------------------------------------------------------------------

    @Test
    protected void committedOffsetsAreWhereTheGroupGoesOnAlsoAfterAnOpening() {
        write(ORDERS, "a", "b", "c");
        try (LogConsumer consumer = member("bank")) {
            assertThat(drain(consumer, 3)).containsExactly("a", "b", "c");
            consumer.commit(Map.of(ORDERS, 2L));
            assertThat(consumer.committed(Set.of(ORDERS, ORDERS_1))).isEqualTo(Map.of(ORDERS, 2L));
        }
        reopen();

        assertThat(log.admin().committedOffsets("bank")).isEqualTo(Map.of(ORDERS, 2L));
        assertThat(log.admin().groups()).contains("bank");
        try (LogConsumer consumer = member("bank")) {
            assertThat(drain(consumer, 1)).containsExactly("c");
        }
    }

    @Test
    protected void theMembersOfAGroupShareThePartitions() {
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        try (LogConsumer a = member("bank", first);
                LogConsumer b = member("bank", second)) {
            pollUntil(() -> a.assignment().size() == 1 && b.assignment().size() == 1, a, b);

            Set<TopicPartition> all = new LinkedHashSet<>(a.assignment());
            all.addAll(b.assignment());
            assertThat(all).containsExactlyInAnyOrder(ORDERS, ORDERS_1);
        }
    }

    @Test
    protected void aMemberThatClosesLeavesItsPartitionsToTheOthers() {
        try (LogConsumer b = member("bank", new Recorder())) {
            try (LogConsumer a = member("bank", new Recorder())) {
                pollUntil(() -> a.assignment().size() == 1 && b.assignment().size() == 1, a, b);
            }
            pollUntil(() -> b.assignment().size() == 2, b);
        }
    }

    @Test
    protected void commitsAreAcceptedWhileAPartitionIsBeingRevokedAndTheNextOwnerGoesOnThere() {
        write(ORDERS, "a", "b");
        write(ORDERS_1, "a", "b");
        try (LogConsumer a = log.consumer(ConsumerConfig.group("bank"))) {
            a.subscribe(Set.of("orders"), new Recorder() {
                @Override
                public void onRevoked(Set<TopicPartition> partitions) {
                    super.onRevoked(partitions);
                    partitions.forEach(partition -> a.commit(Map.of(partition, 1L)));
                }
            });
            pollUntil(() -> a.assignment().size() == 2, a);
            try (LogConsumer b = member("bank", new Recorder())) {
                pollUntil(() -> b.assignment().size() == 1, a, b);

                assertThat(b.position(b.assignment().iterator().next())).isEqualTo(1);
                assertThat(a.assignment()).doesNotContainAnyElementsOf(b.assignment());
            }
        }
    }

    @Test
    protected void aTopicThatIsCreatedLaterIsAssignedThen() {
        try (LogConsumer consumer = log.consumer(ConsumerConfig.group("later"))) {
            consumer.subscribe(Set.of("later"), RebalanceListener.NONE);
            consumer.poll(Duration.ZERO);
            log.admin().createTopic("later", 1, TopicSettings.defaults());
            pollUntil(() -> consumer.assignment().size() == 1, consumer);
        }
    }

    // --- what the tests are made of
    // ----------------------------------------------------------------------------------------------

    protected final LogConsumer member(String group) {
        return member(group, RebalanceListener.NONE);
    }

    protected final LogConsumer member(String group, RebalanceListener listener) {
        LogConsumer consumer = log.consumer(ConsumerConfig.group(group));
        consumer.subscribe(Set.of("orders"), listener);
        return consumer;
    }

    protected final LogConsumer assigned(TopicPartition... partitions) {
        LogConsumer consumer = log.consumer(ConsumerConfig.standalone());
        consumer.assign(Set.of(partitions));
        return consumer;
    }

    protected final void write(TopicPartition partition, String... values) {
        try (LogProducer producer = log.producer()) {
            for (String value : values) {
                producer.send(partition, 1, null, bytes(value), List.of());
            }
        }
    }

    protected final List<String> values(TopicPartition partition, int count) {
        try (LogConsumer consumer = assigned(partition)) {
            return drain(consumer, count);
        }
    }

    /** Polls until so many records came. */
    protected final List<String> drain(LogConsumer consumer, int count) {
        List<String> values = new ArrayList<>();
        for (int polls = 0; values.size() < count && polls < 1_000; polls++) {
            settle();
            for (RecordCursor cursor : consumer.poll(Duration.ofMillis(100))) {
                while (values.size() < count && cursor.next()) {
                    values.add(cursor.record().value().toUtf8());
                }
            }
        }
        return values;
    }

    /** Polls all consumers in turn until something holds. */
    protected final void pollUntil(BooleanSupplier condition, LogConsumer... consumers) {
        for (int polls = 0; !condition.getAsBoolean(); polls++) {
            assertThat(polls).as("polls until the group has settled").isLessThan(1_000);
            settle();
            for (LogConsumer consumer : consumers) {
                consumer.poll(Duration.ofMillis(1));
            }
        }
    }

    protected static BytesView bytes(String text) {
        return BytesView.ofUtf8(text);
    }

    /** A listener that keeps what it is told. */
    protected static class Recorder implements RebalanceListener {
        public final List<Set<TopicPartition>> assigned = new ArrayList<>();
        public final List<Set<TopicPartition>> revoked = new ArrayList<>();
        public final List<Set<TopicPartition>> lost = new ArrayList<>();

        @Override
        public void onAssigned(Set<TopicPartition> partitions) {
            assigned.add(Set.copyOf(partitions));
        }

        @Override
        public void onRevoked(Set<TopicPartition> partitions) {
            revoked.add(Set.copyOf(partitions));
        }

        @Override
        public void onLost(Set<TopicPartition> partitions) {
            lost.add(Set.copyOf(partitions));
        }
    }
}
