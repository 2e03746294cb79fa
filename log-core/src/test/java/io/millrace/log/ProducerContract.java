package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ProducerConfig.Acks;
import io.millrace.log.ProducerConfig.LagPolicy;
import io.millrace.log.TopicSettings.Cleanup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every engine promises about a producer's options. */
public abstract class ProducerContract extends DeleteRecordsContract {
    private static final ProducerConfig DEFAULTS = ProducerConfig.defaults();

    @Test
    protected void everyAcknowledgementSaysWhatItSaysAndTheRecordsAreThere() {
        for (Acks acks : Acks.values()) {
            try (LogProducer producer = log.producer(DEFAULTS.withAcks(acks))) {
                var sent = producer.send(record(acks.name())).toCompletableFuture();
                if (acks == Acks.NONE) {
                    assertThat(sent).isDone();
                    assertThat(sent.join()).isEqualTo(new RecordMetadata(ORDERS, -1, 7));
                }
                producer.flush();
                if (acks != Acks.NONE) {
                    assertThat(sent.join().offset()).isEqualTo(acks.ordinal());
                }
            }
        }
        log.close();
        log = open();
        assertThat(values(ORDERS, 3)).containsExactly("NONE", "WRITTEN", "FORCED");
    }

    @Test
    protected void aUsersPartitioningDecidesUnlessTheRecordDoes() {
        ProducerConfig config = DEFAULTS.withPartitioning((record, partitions) -> {
            assertThat(partitions).isEqualTo(2);
            return record.value().length() % 2;
        });
        try (LogProducer producer = log.producer(config)) {
            producer.send(ProducerRecord.of("orders", bytes("key"), bytes("odd")));
            producer.send(ProducerRecord.of("orders", bytes("key"), bytes("even")));
            producer.send(new ProducerRecord("orders", 0, 7L, bytes("key"), bytes("my own"), List.of()));
            producer.send(new ProducerRecord("orders", 0, 7L, bytes("key"), bytes("odd at 0."), List.of()));
        }
        assertThat(values(ORDERS_1, 1)).containsExactly("odd");
        assertThat(values(ORDERS, 3)).containsExactly("even", "my own", "odd at 0.");
    }

    @Test
    protected void aPartitioningThatChoosesNoPartitionIsToldSo() {
        try (LogProducer producer = log.producer(DEFAULTS.withPartitioning((record, partitions) -> partitions))) {
            assertThatThrownBy(() -> producer.send(ProducerRecord.of("orders", null, bytes("v"))))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("partition 2 of topic orders");
        }
    }

    @Test
    protected void aRecordThatIsNoneIsRefusedWhereItIsMade() {
        assertThatThrownBy(() -> new ProducerRecord("orders", -1, null, null, null, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got -1 for a record of topic orders");
        assertThatThrownBy(() -> new ProducerRecord("orders", null, -1L, null, null, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("milliseconds since the epoch");
        assertThatThrownBy(() -> ProducerRecord.of(null, null, null)).hasMessage("A record names its topic");
        assertThatThrownBy(() -> new TopicPartition(null, 0)).hasMessage("A partition is one of a topic");
        assertThat(new ProducerRecord("orders", 0, 0L, null, null, List.of()).timestamp())
                .isZero();
    }

    @Test
    protected void aSendSaysWhatIsWrongWithIt() {
        LogProducer producer = log.producer();
        assertThatThrownBy(() -> producer.send(new ProducerRecord("orders", 2, null, null, null, List.of())))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("orders has partitions 0 to 1, there is no 2");
        assertThatThrownBy(() -> producer.send(ORDERS, -1, null, null, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        producer.close();
        assertThatThrownBy(() -> producer.send(record("v"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> producer.send(ORDERS, 1, null, null, List.of()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    protected void aClosedLogSaysSo() {
        LogAdmin admin = log.admin();
        LogConsumer assigned = assigned(ORDERS);
        LogConsumer subscribed = member("bank");
        log.close();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                admin::topics,
                () -> admin.describeTopic("orders"),
                () -> admin.createTopic("late", 1, TopicSettings.defaults()),
                () -> admin.createTopic("orders", 2, TopicSettings.defaults()),
                () -> admin.deleteTopic("orders"),
                () -> admin.deleteTopic("nothing"),
                () -> admin.addPartitions("orders", 2),
                () -> admin.alterTopic("orders", TopicSettings.defaults()),
                () -> admin.logStartOffset(ORDERS),
                () -> admin.endOffset(ORDERS, Isolation.READ_COMMITTED),
                () -> admin.offsetForTimestamp(ORDERS, 0, Isolation.READ_COMMITTED),
                () -> admin.committedOffsets("bank"),
                admin::groups,
                () -> admin.describeGroup("bank"),
                () -> admin.planOffsetReset("bank", Set.of(), new OffsetTarget.Earliest()),
                () -> admin.resetOffsets(new OffsetResetPlan("bank", List.of())),
                () -> admin.deleteGroup("bank"),
                () -> admin.deleteRecords(Map.of()),
                () -> assigned.poll(Duration.ZERO),
                () -> subscribed.poll(LONG),
                () -> log.producer(),
                () -> log.consumer(ConsumerConfig.standalone()))) {
            assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessage("The log is closed");
        }
        assigned.close();
        subscribed.close();
        log = open();
    }

    @Test
    protected void recordsWithoutKeyStayTogetherInABatchAndSpreadOverBatches() {
        Set<Integer> partitions = new HashSet<>();
        try (LogProducer producer = log.producer()) {
            for (int batch = 0; batch < 40; batch++) {
                List<CompletableFuture<RecordMetadata>> ofBatch = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    ofBatch.add(producer.send(ProducerRecord.of("orders", null, bytes("v")))
                            .toCompletableFuture());
                }
                producer.flush();
                ofBatch.forEach(
                        sent -> partitions.add(sent.join().topicPartition().partition()));
            }
        }
        assertThat(partitions).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    protected void memoryForOneBatchIsEnoughForAllPartitionsAndKeepsTheirOrder() {
        log.admin().createTopic("wide", 20, TopicSettings.defaults());
        try (LogProducer producer = log.producer(DEFAULTS.withBufferBytes(1))) {
            for (int i = 0; i < 200; i++) {
                TopicPartition partition = new TopicPartition("wide", i % 20);
                if (i % 3 == 0) {
                    producer.send(new ProducerRecord("wide", i % 20, 1L, null, bytes("v" + i), List.of()));
                } else {
                    producer.send(partition, 1, null, bytes("v" + i), List.of());
                }
            }
        }
        for (int p = 0; p < 20; p++) {
            List<String> expected = new ArrayList<>();
            for (int i = p; i < 200; i += 20) {
                expected.add("v" + i);
            }
            assertThat(values(new TopicPartition("wide", p), 10)).isEqualTo(expected);
        }
    }

    @Test
    protected void aProducerThatIsToRejectTakesNothingForAPartitionInWhichAGroupLags() {
        try (LogProducer producer = log.producer(DEFAULTS.withLagPolicy(LagPolicy.reject(2, "bank", "audit")))) {
            for (int i = 0; i < 3; i++) {
                producer.send(ORDERS, 1, null, bytes("v"), List.of());
                producer.flush();
            }
            assertRetry(() -> producer.send(ORDERS, 1, null, bytes("v"), List.of()), "lags 3 offsets");
            assertRetry(() -> producer.send(record("v")), "orders-0");
            producer.send(ORDERS_1, 1, null, bytes("elsewhere"), List.of());
            commit("bank", 3);
            assertRetry(() -> producer.send(ORDERS, 1, null, bytes("v"), List.of()), "audit");
            commit("audit", 1);
            producer.send(ORDERS, 1, null, bytes("v"), List.of());
        }
        assertThat(log.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(4);
    }

    @Test
    protected void aProducerThatIsToBlockFailsWhenItsPatienceEnds() {
        ProducerConfig config =
                DEFAULTS.withLagPolicy(LagPolicy.block(0, "bank")).withMaxBlock(Duration.ofMillis(20));
        try (LogProducer producer = log.producer(config)) {
            producer.send(ORDERS, 1, null, bytes("v"), List.of());
            producer.flush();
            assertRetry(() -> producer.send(ORDERS, 1, null, bytes("v"), List.of()), "bank");
            commit("bank", 1);
            producer.send(ORDERS, 1, null, bytes("v"), List.of());
        }
    }

    /** As Kafka's brokers do, also where the topic deletes as well; a compaction could do nothing with it but drop it. */
    @ParameterizedTest
    @EnumSource(Cleanup.class)
    protected void onlyATopicThatIsNotCompactedTakesRecordsWithoutKey(Cleanup cleanup) {
        log.admin().createTopic("table", 1, TopicSettings.defaults().withCleanup(cleanup));
        TopicPartition table = new TopicPartition("table", 0);
        int taken = cleanup.compacts() ? 0 : 2;
        try (LogProducer producer = log.producer()) {
            if (cleanup.compacts()) {
                assertStop(() -> producer.send(table, 1, null, bytes("v"), List.of()), "has no key");
                assertStop(() -> producer.send(ProducerRecord.of("table", null, bytes("v"))), "table-0");
            } else {
                producer.send(table, 1, null, bytes("v"), List.of());
                producer.send(ProducerRecord.of("table", null, bytes("v")));
            }
            producer.send(table, 1, bytes("k"), null, List.of());
            producer.send(ProducerRecord.of("table", bytes(""), bytes("v")));
        }
        assertThat(log.admin().endOffset(table, Isolation.READ_COMMITTED)).isEqualTo(taken + 2);
    }

    /** Before a change that the records under way are not to meet, where they are judged as they arrive and not as they are sent. */
    protected void arrive(LogProducer producer) {}

    @Test
    protected void aChangeOfTheTopicHoldsForTheNextRecordOfAProducerThatIsOpen() {
        try (LogProducer producer = log.producer()) {
            producer.send(ORDERS, 1, null, bytes("v"), List.of());
            arrive(producer);
            log.admin().alterTopic("orders", TopicSettings.compacted().withMaxRecordBytes(10));
            assertStop(() -> producer.send(ORDERS, 1, null, bytes("v"), List.of()), "has no key");
            assertStop(() -> producer.send(ORDERS, 1, bytes("k"), bytes("of ten bytes"), List.of()), "larger than");
            producer.send(ORDERS, 1, bytes("k"), bytes("nine byte"), List.of());
        }
        assertThat(log.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(2);
    }

    private static void assertStop(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .hasMessageContaining(message)
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .extracting(LogException::disposition)
                .isEqualTo(Disposition.STOP);
    }

    private void commit(String group, long offset) {
        try (LogConsumer consumer = member(group)) {
            pollUntil(() -> consumer.assignment().contains(ORDERS), consumer);
            consumer.commit(Map.of(ORDERS, offset));
        }
    }

    private static ProducerRecord record(String value) {
        return new ProducerRecord("orders", 0, 7L, null, bytes(value), List.of());
    }

    private static void assertRetry(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .hasMessageContaining(message)
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .extracting(LogException::disposition)
                .isEqualTo(Disposition.RETRY);
    }
}
