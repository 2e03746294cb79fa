package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One thread writes transactions in two partitions with an offset, others look at the three, each in another order: whoever has seen one part
 * of a transaction finds the others.
 */
class TornReadTest {
    private static final TopicPartition FIRST = new TopicPartition("a", 0);
    private static final TopicPartition SECOND = new TopicPartition("b", 0);
    private static final TopicPartition INPUT = new TopicPartition("input", 0);
    private static final GroupMetadata GROUP = new GroupMetadata("readers", "", -1);
    private static final int TRANSACTIONS = 3_000;

    private final AtomicBoolean written = new AtomicBoolean();

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whoeverHasSeenOnePartOfATransactionFindsTheOthers(Durability durability)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (EmbeddedLog log = EmbeddedLog.open(
                new SimulatedWorld(1).world(), EmbeddedLogConfig.defaults().withDurability(durability))) {
            for (TopicPartition partition : List.of(FIRST, SECOND, INPUT)) {
                log.admin().createTopic(partition.topic(), 1, TopicSettings.defaults());
            }
            List<Future<Integer>> readers = List.of(
                    threads.submit(() -> new Reader(log).readOn(List.of(FIRST, SECOND, INPUT))),
                    threads.submit(() -> new Reader(log).readOn(List.of(SECOND, INPUT, FIRST))),
                    threads.submit(() -> new Reader(log).readOn(List.of(INPUT, FIRST, SECOND))));
            try {
                write(log);
            } finally {
                written.set(true);
            }
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isEqualTo(TRANSACTIONS / 2);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Every other transaction is aborted. */
    private static void write(EmbeddedLog log) {
        try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"))) {
            producer.begin();
            for (int i = 0; i < TRANSACTIONS; i++) {
                Logs.send(producer, INPUT, "" + i);
            }
            producer.commit();
            for (int i = 0; i < TRANSACTIONS; i++) {
                producer.begin();
                Logs.send(producer, SECOND, "" + i);
                Logs.send(producer, FIRST, "" + i);
                producer.flush();
                producer.sendOffsets(Map.of(INPUT, (long) i), GROUP);
                TransactionOutcome outcome = i % 2 == 0 ? producer.commit() : producer.abort();
                assertThat(outcome).isEqualTo(i % 2 == 0 ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED);
            }
        }
    }

    /** One thread's readers, and what they have seen. */
    private final class Reader {
        private final EmbeddedLog log;
        private final Map<TopicPartition, Set<Integer>> seen =
                Map.of(FIRST, new HashSet<>(), SECOND, new HashSet<>(), INPUT, new HashSet<>());

        Reader(EmbeddedLog log) {
            this.log = log;
        }

        /** @return how many transactions it saw */
        int readOn(List<TopicPartition> order) {
            try (LogConsumer first = reader(FIRST);
                    LogConsumer second = reader(SECOND)) {
                boolean isLast = false;
                while (!isLast) {
                    isLast = written.get();
                    Set<Integer> before = Set.of();
                    for (TopicPartition partition : order) {
                        if (partition.equals(INPUT)) {
                            readOffset();
                        } else {
                            readOn(partition.equals(FIRST) ? first : second, partition);
                        }
                        Set<Integer> now = seenIn(partition);
                        assertThat(now)
                                .as("seen in %s after the others of %s", partition, order)
                                .containsAll(before);
                        before = now;
                    }
                }
            }
            assertThat(seenIn(FIRST)).isEqualTo(seenIn(SECOND)).isEqualTo(seenIn(INPUT));
            return seenIn(FIRST).size();
        }

        private Set<Integer> seenIn(TopicPartition partition) {
            return Objects.requireNonNull(seen.get(partition));
        }

        /** All that was committed up to the offset. */
        private void readOffset() {
            Long offset = log.admin().committedOffsets(GROUP.groupId()).get(INPUT);
            for (int i = 2 * seenIn(INPUT).size(); offset != null && i <= offset; i += 2) {
                seenIn(INPUT).add(i);
            }
        }

        private LogConsumer reader(TopicPartition partition) {
            LogConsumer consumer = log.consumer(ConsumerConfig.standalone());
            consumer.assign(Set.of(partition));
            consumer.seek(partition, 0);
            return consumer;
        }

        /** Reads up to the last stable offset, which is never below where this reader stands already. */
        private void readOn(LogConsumer consumer, TopicPartition partition) {
            long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
            assertThat(end).as("last stable offset").isGreaterThanOrEqualTo(consumer.position(partition));
            while (consumer.position(partition) < end) {
                for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                    while (cursor.next()) {
                        int transaction = Integer.parseInt(
                                Objects.requireNonNull(cursor.record().value()).toUtf8());
                        assertThat(transaction % 2).as("of the aborted ones").isZero();
                        assertThat(seenIn(partition).add(transaction))
                                .as("seen once")
                                .isTrue();
                    }
                }
            }
        }
    }
}
