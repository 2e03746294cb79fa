package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Durability;
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
 * One thread writes transactions in two partitions, others read both. Markers are written in the order of the partitions: whoever has seen a
 * record in the second finds its twin in the first.
 */
class TornReadTest {
    private static final TopicPartition FIRST = new TopicPartition("a", 0);
    private static final TopicPartition SECOND = new TopicPartition("b", 0);
    private static final int TRANSACTIONS = 3_000;

    private final AtomicBoolean written = new AtomicBoolean();

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whoeverHasSeenARecordInTheSecondPartitionFindsItsTwinInTheFirst(Durability durability)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (EmbeddedLog log = EmbeddedLog.open(
                new SimulatedWorld(1).world(), EmbeddedLogConfig.defaults().withDurability(durability))) {
            log.admin().createTopic("a", 1, TopicSettings.defaults());
            log.admin().createTopic("b", 1, TopicSettings.defaults());
            List<Future<Integer>> readers = List.of(threads.submit(() -> read(log)), threads.submit(() -> read(log)));
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
            for (int i = 0; i < TRANSACTIONS; i++) {
                producer.begin();
                Logs.send(producer, SECOND, "" + i);
                Logs.send(producer, FIRST, "" + i);
                producer.flush();
                TransactionOutcome outcome = i % 2 == 0 ? producer.commit() : producer.abort();
                assertThat(outcome).isEqualTo(i % 2 == 0 ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED);
            }
        }
    }

    /** @return how many transactions it saw */
    private int read(EmbeddedLog log) {
        Set<Integer> inFirst = new HashSet<>();
        Set<Integer> inSecond = new HashSet<>();
        try (LogConsumer first = reader(log, FIRST);
                LogConsumer second = reader(log, SECOND)) {
            boolean isLast = false;
            while (!isLast) {
                isLast = written.get();
                readOn(log, second, SECOND, inSecond);
                readOn(log, first, FIRST, inFirst);
                assertThat(inFirst).containsAll(inSecond);
            }
        }
        assertThat(inSecond).isEqualTo(inFirst);
        return inFirst.size();
    }

    private static LogConsumer reader(EmbeddedLog log, TopicPartition partition) {
        LogConsumer consumer = log.consumer(ConsumerConfig.standalone());
        consumer.assign(Set.of(partition));
        consumer.seek(partition, 0);
        return consumer;
    }

    /** Reads up to the last stable offset, which is never below where this reader stands already. */
    private static void readOn(EmbeddedLog log, LogConsumer consumer, TopicPartition partition, Set<Integer> seen) {
        long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
        assertThat(end).as("last stable offset").isGreaterThanOrEqualTo(consumer.position(partition));
        while (consumer.position(partition) < end) {
            for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                while (cursor.next()) {
                    int transaction = Integer.parseInt(
                            Objects.requireNonNull(cursor.record().value()).toUtf8());
                    assertThat(transaction % 2).as("of the aborted ones").isZero();
                    assertThat(seen.add(transaction)).as("seen once").isTrue();
                }
            }
        }
    }
}
