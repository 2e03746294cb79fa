package io.millrace.transactions;

import static io.millrace.transactions.Logs.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every engine's transactions do, asked through the API alone. */
public abstract class TransactionalLogContract {
    protected static final TopicPartition A0 = new TopicPartition("a", 0);
    protected static final TopicPartition A1 = new TopicPartition("a", 1);
    protected static final TopicPartition B0 = new TopicPartition("b", 0);
    private static final String ID = "writer";

    private TransactionalLog log;
    /** Transactional ids that other tests have used. */
    private Set<String> others = Set.of();

    /** A log that is empty, or holds what other tests' topics hold. */
    protected abstract TransactionalLog openEmpty();

    /** What this engine has of what engines differ in. */
    protected Set<EngineTrait> traits() {
        return EnumSet.allOf(EngineTrait.class);
    }

    /** Returns when what was decided is there for all to see, where the answer to a commit does not wait for that. */
    protected void settle() {}

    @BeforeEach
    void createTopics() {
        log = openEmpty();
        others = new TreeSet<>();
        log.transactions().list().forEach(known -> others.add(known.transactionalId()));
        log.admin().createTopic("a", 2, TopicSettings.defaults());
        log.admin().createTopic("b", 1, TopicSettings.defaults());
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aCommittedTransactionIsVisibleInAllItsPartitionsAndNothingOfItBefore() {
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, A0, "1");
            send(producer, A1, "2");
            send(producer, B0, "3");
            producer.flush();
            assertVisible(List.of(), List.of(), List.of());

            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            assertVisible(List.of("1"), List.of("2"), List.of("3"));
        }
    }

    @Test
    void anAbortedTransactionIsNeverVisibleAndTheNextOneIs() {
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, A0, "aborted");
            producer.flush();
            send(producer, A0, "never written");
            assertThat(producer.abort()).isEqualTo(TransactionOutcome.ABORTED);

            producer.begin();
            send(producer, A0, "committed");
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
        assertThat(committed(A0)).containsExactly("committed");
        assertThat(Logs.read(log, A0, Isolation.READ_UNCOMMITTED)).containsExactly("aborted", "committed");
    }

    @Test
    void readersStopAtTheOldestOpenTransaction() {
        try (TransactionalProducer slow = producer("slow");
                TransactionalProducer fast = producer("fast")) {
            slow.begin();
            send(slow, A0, "slow");
            slow.flush();
            fast.begin();
            send(fast, A0, "fast");
            fast.commit();
            assertThat(committed(A0)).isEmpty();

            slow.commit();
        }
        assertThat(committed(A0)).containsExactly("slow", "fast");
    }

    @Test
    void manyBatchesOfOneTransactionKeepTheirOrder() {
        List<String> expected = new ArrayList<>();
        try (TransactionalProducer producer =
                log.transactionalProducer(TransactionalProducerConfig.of(ID).withBatchBytes(200))) {
            for (int transaction = 0; transaction < 3; transaction++) {
                producer.begin();
                for (int i = 0; i < 100; i++) {
                    expected.add(transaction + "-" + i);
                    send(producer, A0, transaction + "-" + i);
                }
                producer.commit();
            }
        }
        assertThat(committed(A0)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(value = Cleanup.class, names = "DELETE", mode = EnumSource.Mode.EXCLUDE)
    void aCompactedTopicRefusesARecordWithoutKeyAndTheTransactionGoesOn(Cleanup cleanup) {
        log.admin().createTopic("table", 1, TopicSettings.defaults().withCleanup(cleanup));
        TopicPartition table = new TopicPartition("table", 0);
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            assertThatThrownBy(() -> producer.send(table, 1, null, BytesView.ofUtf8("v"), List.of()))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("table-0")
                    .hasMessageContaining("has no key");
            producer.send(table, 1, BytesView.ofUtf8("k"), BytesView.ofUtf8("kept"), List.of());
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
        assertThat(committed(table)).containsExactly("kept");
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void aTopicWithCompressionIsReadLikeAnyOther(Codec codec) {
        log.admin().createTopic("compressed", 1, TopicSettings.defaults().withCompression(Compression.of(codec)));
        TopicPartition compressed = new TopicPartition("compressed", 0);
        List<String> expected = new ArrayList<>();
        try (TransactionalProducer producer =
                log.transactionalProducer(TransactionalProducerConfig.of(ID).withBatchBytes(2000))) {
            for (int transaction = 0; transaction < 6; transaction++) {
                producer.begin();
                for (int i = 0; i < 100; i++) {
                    String value = "order " + i + " of transaction " + transaction;
                    if (transaction % 3 != 1) {
                        expected.add(value);
                    }
                    send(producer, compressed, value);
                }
                if (transaction % 3 == 1) {
                    producer.abort();
                } else {
                    producer.commit();
                }
            }
        }
        assertThat(committed(compressed)).isEqualTo(expected);
    }

    @Test
    void theEndOffsetIsOnePastTheLastWrittenRecordUntilTheNextTransaction() {
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            assertThat(producer.endOffset(A0)).isEqualTo(-1);
            send(producer, A0, "1");
            send(producer, A0, "2");
            producer.flush();
            assertThat(producer.endOffset(A0)).isEqualTo(2);
            assertThat(producer.endOffset(A1)).isEqualTo(-1);
            producer.commit();
            assertThat(producer.endOffset(A0)).isEqualTo(2);

            producer.begin();
            assertThat(producer.endOffset(A0)).isEqualTo(-1);
            producer.abort();
        }
    }

    @Test
    void anEmptyTransactionEndsAndWritesNothing() {
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            producer.begin();
            assertThat(producer.abort()).isEqualTo(TransactionOutcome.ABORTED);
        }
        assertThat(log.admin().endOffset(A0, Isolation.READ_UNCOMMITTED)).isZero();
    }

    @Test
    void offsetsMoveWithTheOutput() {
        try (LogConsumer consumer = member();
                TransactionalProducer producer = producer()) {
            producer.begin();
            for (int i = 0; i < 7; i++) {
                send(producer, A0, "input");
                send(producer, A1, "input");
            }
            producer.commit();
            producer.begin();
            send(producer, B0, "aborted");
            producer.sendOffsets(Map.of(A0, 5L), consumer.groupMetadata());
            producer.abort();
            assertThat(committedOffsets()).isEmpty();

            producer.begin();
            send(producer, B0, "committed");
            producer.sendOffsets(Map.of(A0, 5L), consumer.groupMetadata());
            producer.sendOffsets(Map.of(A1, 7L), consumer.groupMetadata());
            producer.flush();
            assertThat(committedOffsets()).isEmpty();
            producer.commit();
            assertThat(committedOffsets()).isEqualTo(Map.of(A0, 5L, A1, 7L));

            producer.begin();
            producer.sendOffsets(Map.of(A0, 6L), consumer.groupMetadata());
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            assertThat(committedOffsets()).isEqualTo(Map.of(A0, 6L, A1, 7L));
        }
        assertThat(committed(B0)).containsExactly("committed");
    }

    @Test
    void aMemberThatWasReplacedCommitsNothingAndItsTransactionCanBeAborted() {
        try (LogConsumer consumer = member();
                TransactionalProducer producer = producer()) {
            GroupMetadata current = consumer.groupMetadata();
            GroupMetadata replaced = new GroupMetadata(current.groupId(), current.memberId(), current.generation() - 1);
            producer.begin();
            send(producer, B0, "zombie");
            producer.flush();

            assertDisposition(() -> producer.sendOffsets(Map.of(A0, 0L), replaced), Disposition.RESTART_TASK);
            assertDisposition(producer::commit, Disposition.ABORT_TRANSACTION);
            assertThat(producer.abort()).isEqualTo(TransactionOutcome.ABORTED);

            assertThat(committed(B0)).isEmpty();
            assertThat(committedOffsets()).isEmpty();
            producer.begin();
            send(producer, B0, "next");
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
    }

    @Test
    void aSecondProducerWithTheIdAbortsTheOpenTransactionAndFencesTheFirst() {
        try (TransactionalProducer first = producer()) {
            first.begin();
            send(first, A0, "zombie");
            first.flush();
            try (TransactionalProducer second = producer()) {
                assertThat(log.admin().endOffset(A0, Isolation.READ_COMMITTED))
                        .as("the aborted transaction does not hold readers up")
                        .isPositive();
                send(first, A0, "after the fence");
                assertDisposition(first::flush, Disposition.RESTART_TASK);
                assertThat(first.commit()).isEqualTo(TransactionOutcome.FENCED);
                assertThat(first.abort()).isEqualTo(TransactionOutcome.FENCED);
                assertDisposition(first::begin, Disposition.RESTART_TASK);

                second.begin();
                send(second, A0, "second");
                assertThat(second.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            }
        }
        assertThat(committed(A0)).containsExactly("second");
    }

    @Test
    void aFencedProducerLearnsItAtTheLatestFromItsCommit() {
        try (TransactionalProducer first = producer();
                TransactionalProducer second = producer()) {
            first.begin();
            if (!traits().contains(EngineTrait.ASKS_FOR_EMPTY_COMMITS)) {
                // It learns it from the next one that writes, and until then there is nothing that could have an
                // effect.
                assertThat(first.commit()).isEqualTo(TransactionOutcome.COMMITTED);
                first.begin();
                send(first, A0, "first");
            }
            assertThat(first.commit()).isEqualTo(TransactionOutcome.FENCED);
            second.begin();
            send(second, A0, "second");
            assertThat(second.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
        assertThat(committed(A0)).containsExactly("second");
    }

    @Test
    void closingAbortsTheOpenTransaction() {
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, A0, "unfinished");
            producer.flush();
        }
        assertThat(committed(A0)).isEmpty();
        try (TransactionalProducer next = producer("other")) {
            next.begin();
            send(next, A0, "next");
            next.commit();
        }
        assertThat(committed(A0)).containsExactly("next");
    }

    @Test
    void illegalCallsAreRefusedAndSayWhatToCall() {
        try (TransactionalProducer producer = producer()) {
            assertThatThrownBy(producer::commit)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("begin()");
            assertThatThrownBy(() -> send(producer, A0, "1")).isInstanceOf(IllegalStateException.class);
            producer.begin();
            assertThatThrownBy(producer::begin).isInstanceOf(IllegalStateException.class);
            producer.abort();
            assertThatThrownBy(producer::abort).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void anOffsetThatIsNoneIsRefusedAndTheTransactionGoesOn() {
        try (LogConsumer consumer = member();
                TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, B0, "1");
            producer.sendOffsets(Map.of(A0, 0L), consumer.groupMetadata());
            assertThatThrownBy(() -> producer.sendOffsets(Map.of(A0, -1L), consumer.groupMetadata()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("-1");
            assertDisposition(
                    () -> producer.sendOffsets(Map.of(new TopicPartition("nowhere", 0), 1L), consumer.groupMetadata()),
                    Disposition.STOP);
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
        assertThat(committed(B0)).containsExactly("1");
        assertThat(committedOffsets()).isEqualTo(Map.of(A0, 0L));
    }

    @Test
    void whoseTransactionFailedIsToldToAbortIt() {
        GroupMetadata former;
        try (LogConsumer consumer = member()) {
            former = consumer.groupMetadata();
        }
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            assertDisposition(() -> producer.sendOffsets(Map.of(A0, 0L), former), Disposition.RESTART_TASK);
            assertThatThrownBy(producer::begin)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("call abort() first")
                    .hasMessageNotContaining("commit");
            assertThat(producer.abort()).isEqualTo(TransactionOutcome.ABORTED);
        }
    }

    @Test
    void aClosedLogSaysSoToWhoWantsAProducer() {
        log.close();
        assertThatThrownBy(this::producer)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.disposition()).isEqualTo(Disposition.STOP))
                .hasMessageContaining("log is closed");
    }

    @Test
    void aPreparedTransactionIsOpenUntilSomebodySaysHowItEnds() {
        if (isPreparingRefused()) {
            return;
        }
        PreparedTransaction prepared;
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, A0, "1");
            send(producer, B0, "2");
            prepared = producer.prepare();
            assertThat(producer.prepare()).isEqualTo(prepared);
            assertThatThrownBy(() -> send(producer, A0, "late"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("commit() or abort()");
            assertThatThrownBy(producer::begin).isInstanceOf(IllegalStateException.class);
        }
        assertVisible(List.of(), List.of(), List.of());
        assertThat(log.transactions().describe(ID)).hasValueSatisfying(open -> {
            assertThat(open.state()).isEqualTo("Prepared");
            assertThat(open.prepared()).contains(prepared);
            assertThat(open.partitions()).contains(A0, B0);
        });
        assertDisposition(this::producer, Disposition.STOP);

        PreparedTransaction kept = PreparedTransaction.parse(prepared.toString());
        assertThat(log.transactions().commitPrepared(kept)).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(log.transactions().commitPrepared(kept)).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(log.transactions().abortPrepared(kept)).isEqualTo(TransactionOutcome.COMMITTED);
        assertVisible(List.of("1"), List.of(), List.of("2"));
        try (TransactionalProducer next = producer()) {
            next.begin();
            send(next, A0, "3");
            assertThat(log.transactions().abortPrepared(kept)).isEqualTo(TransactionOutcome.FENCED);
            assertThat(next.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
        assertVisible(List.of("1", "3"), List.of(), List.of("2"));
    }

    @Test
    void theProducerThatPreparedGoesOnAfterTheDecisionWhoeverMadeIt() {
        if (isPreparingRefused()) {
            return;
        }
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, A0, "own commit");
            producer.prepare();
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);

            producer.begin();
            send(producer, A0, "own abort");
            producer.prepare();
            assertThat(producer.abort()).isEqualTo(TransactionOutcome.ABORTED);

            producer.begin();
            send(producer, A0, "aborted from outside");
            producer.prepare();
            assertThat(log.transactions().abortPrepared(ID)).isEqualTo(TransactionOutcome.ABORTED);
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.ABORTED);
            assertDisposition(() -> log.transactions().commitPrepared(ID), Disposition.STOP);

            producer.begin();
            producer.prepare();
            assertThat(log.transactions().commitPrepared(ID)).isEqualTo(TransactionOutcome.COMMITTED);
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);

            producer.begin();
            send(producer, A0, "last");
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
        assertThat(committed(A0)).containsExactly("own commit", "last");
    }

    @Test
    void preparedOffsetsArePendingAndMoveWithTheDecision() {
        if (isPreparingRefused()) {
            return;
        }
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, B0, "1");
            try (LogConsumer consumer = member()) {
                producer.sendOffsets(Map.of(A0, 0L), consumer.groupMetadata());
            }
            PreparedTransaction prepared = producer.prepare();
            assertThat(committedOffsets()).isEmpty();
            assertDisposition(() -> log.admin().deleteGroup("readers"), Disposition.RETRY);

            log.transactions().commitPrepared(prepared);
            assertThat(committedOffsets()).isEqualTo(Map.of(A0, 0L));
            assertThat(log.admin().deleteGroup("readers")).isTrue();
        }
    }

    @Test
    void aPreparedTransactionIsNamedByItsTextAndNothingElseIs() {
        PreparedTransaction prepared = new PreparedTransaction("a:b", 7, (short) 3);
        assertThat(prepared).hasToString("7:3:a:b");
        assertThat(PreparedTransaction.parse("7:3:a:b")).isEqualTo(prepared);
        for (String text : List.of("", "7", "7:3", "7:3:", "x:3:a", "7:99999:a", "-1:0:a")) {
            assertThatThrownBy(() -> PreparedTransaction.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void listsWhatIsOpen() {
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, A0, "1");
            producer.flush();
            assertThat(log.transactions().describe(ID)).hasValueSatisfying(open -> {
                assertThat(open.state()).isEqualTo("Ongoing");
                assertThat(open.partitions()).contains(A0);
            });
            producer.commit();
            settle();
            assertThat(log.transactions().describe(ID))
                    .hasValueSatisfying(open -> assertThat(open.partitions()).isEmpty());
        }
    }

    @Test
    void whatIsOpenIsFoundWithWhatItKeepsFromReadersAndCanBeAbortedByAPerson() {
        try (TransactionalProducer slow = producer("slow");
                TransactionalProducer fast = producer("fast")) {
            slow.begin();
            send(slow, A0, "slow");
            send(slow, B0, "slow");
            slow.flush();
            fast.begin();
            send(fast, A0, "fast");
            fast.commit();

            List<HangingTransaction> hanging = log.transactions().findHanging(Duration.ZERO);
            assertThat(hanging).hasSize(1);
            assertThat(hanging.get(0).transactionalId()).contains("slow");
            assertThat(hanging.get(0).state()).isEqualTo("Ongoing");
            assertThat(hanging.get(0).isOrphaned()).isFalse();
            assertThat(hanging.get(0).partitions())
                    .extracting(HangingTransaction.Open::topicPartition, HangingTransaction.Open::firstOffset)
                    .containsExactly(tuple(A0, 0L), tuple(B0, 0L));
            assertThat(hanging.get(0).partitions().get(0).lag())
                    .as("the other one's record and marker wait too")
                    .isGreaterThanOrEqualTo(2);
            assertThat(log.transactions().findHanging(Duration.ofDays(1))).isEmpty();
            assertDisposition(
                    () -> log.transactions().abortOrphaned(A0, hanging.get(0).producerId()), Disposition.STOP);

            assertThat(log.transactions().abort("slow")).isTrue();
            assertThat(log.transactions().abort("slow")).isFalse();
            assertThat(log.transactions().abort("nobody")).isFalse();
            assertThat(log.transactions().findHanging(Duration.ZERO)).isEmpty();
            assertThat(slow.commit()).isEqualTo(TransactionOutcome.FENCED);
        }
        assertThat(log.transactions().describe("nobody")).isEmpty();
        assertThat(committed(A0)).containsExactly("fast");
        assertThat(committed(B0)).isEmpty();
    }

    @Test
    void aPreparedTransactionIsFoundAndNotAbortedAsAnyOther() {
        if (isPreparingRefused()) {
            return;
        }
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, A0, "1");
            producer.prepare();
            assertThat(log.transactions().findHanging(Duration.ZERO))
                    .extracting(HangingTransaction::state)
                    .containsExactly("Prepared");
            assertDisposition(() -> log.transactions().abort(ID), Disposition.STOP);
            assertThat(log.transactions().abortPrepared(ID)).isEqualTo(TransactionOutcome.ABORTED);
        }
    }

    @Test
    void transactionsAreListedByStateProducerAgeAndName() {
        try (TransactionalProducer open = producer("bank-1");
                TransactionalProducer idle = producer("bank-2");
                TransactionalProducer other = producer("orders")) {
            open.begin();
            send(open, A0, "1");
            open.flush();
            idle.begin();
            idle.abort();
            other.begin();
            send(other, B0, "1");
            boolean prepares = traits().contains(EngineTrait.PREPARES_TRANSACTIONS);
            if (prepares) {
                other.prepare();
            } else {
                other.flush();
            }
            assertListed(
                    TransactionFilter.all().withStates(Set.of(prepares ? "Prepared" : "Ongoing")),
                    prepares ? new String[] {"orders"} : new String[] {"bank-1", "orders"});
            assertListed(TransactionFilter.all(), "bank-1", "bank-2", "orders");
            assertListed(TransactionFilter.all().withIdPrefix("bank"), "bank-1", "bank-2");
            assertListed(TransactionFilter.all().withStates(Set.of("Ongoing", "Prepared")), "bank-1", "orders");
            assertListed(TransactionFilter.all().withMinimumAge(Duration.ofDays(1)));
            long producerId =
                    log.transactions().describe("orders").orElseThrow().producerId();
            assertListed(TransactionFilter.all().withProducerIds(Set.of(producerId)), "orders");
            other.abort();
        }
    }

    private void assertListed(TransactionFilter filter, String... ids) {
        assertThat(log.transactions().list(filter))
                .extracting(TransactionDescription::transactionalId)
                .filteredOn(id -> !others.contains(id))
                .containsExactly(ids);
    }

    private List<String> committed(TopicPartition partition) {
        settle();
        return Logs.committed(log, partition);
    }

    private Map<TopicPartition, Long> committedOffsets() {
        settle();
        return log.admin().committedOffsets("readers");
    }

    /** True if not: then that was shown, and nothing of the test is left. */
    private boolean isPreparingRefused() {
        if (traits().contains(EngineTrait.PREPARES_TRANSACTIONS)) {
            return false;
        }
        PreparedTransaction any = new PreparedTransaction(ID, 1, (short) 0);
        try (TransactionalProducer producer = producer()) {
            producer.begin();
            send(producer, A0, "goes on");
            assertDisposition(producer::prepare, Disposition.STOP);
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
        assertDisposition(() -> log.transactions().commitPrepared(any), Disposition.STOP);
        assertDisposition(() -> log.transactions().abortPrepared(any), Disposition.STOP);
        assertDisposition(() -> log.transactions().commitPrepared(ID), Disposition.STOP);
        assertDisposition(() -> log.transactions().abortPrepared(ID), Disposition.STOP);
        assertThat(committed(A0)).containsExactly("goes on");
        return true;
    }

    protected TransactionalLog log() {
        return log;
    }

    private TransactionalProducer producer() {
        return producer(ID);
    }

    private TransactionalProducer producer(String transactionalId) {
        return log.transactionalProducer(TransactionalProducerConfig.of(transactionalId));
    }

    /** The one member of the group, which owns all partitions of topic a. */
    private LogConsumer member() {
        LogConsumer consumer = log.consumer(ConsumerConfig.group("readers"));
        consumer.subscribe(Set.of("a"), RebalanceListener.NONE);
        while (consumer.assignment().size() < 2) {
            consumer.poll(Duration.ofMillis(100));
        }
        return consumer;
    }

    private void assertVisible(List<String> a0, List<String> a1, List<String> b0) {
        assertThat(committed(A0)).isEqualTo(a0);
        assertThat(committed(A1)).isEqualTo(a1);
        assertThat(committed(B0)).isEqualTo(b0);
    }

    private static void assertDisposition(ThrowingCallable call, Disposition disposition) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.disposition()).isEqualTo(disposition));
    }
}
