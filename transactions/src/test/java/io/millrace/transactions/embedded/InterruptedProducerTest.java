package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interrupts as fast as it can, while the interrupted thread writes and begins segments. */
class InterruptedProducerTest {
    private static final int TRANSACTIONS = 400;
    /** Of one transaction. */
    private static final int MOST_INTERRUPTS = 500;

    private final AtomicInteger transactions = new AtomicInteger();
    private static final TopicPartition ZERO = new TopicPartition("t", 0);
    private static final TopicPartition ONE = new TopicPartition("t", 1);

    @TempDir
    Path directory;

    @Test
    void interruptsDuringWritesAndRollsFailNoTransactionAndNoPartition() throws InterruptedException {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("t", 2, TopicSettings.defaults().withSegmentBytes(1000));
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread writer = new Thread(() -> {
                try {
                    writeTransactions(log);
                } catch (RuntimeException | AssertionError e) {
                    failure.set(e);
                }
            });
            writer.start();
            int present = 0;
            int interrupts = 0;
            while (writer.isAlive()) {
                int now = transactions.get();
                interrupts = now == present ? interrupts + 1 : 0;
                present = now;
                // A call that is interrupted without end begins anew without end.
                if (interrupts < MOST_INTERRUPTS) {
                    writer.interrupt();
                }
                Thread.onSpinWait();
            }
            writer.join();

            assertThat(failure.get()).isNull();
            assertThat(Logs.committed(log, ZERO)).hasSize(TRANSACTIONS);
            assertThat(Logs.committed(log, ONE)).hasSize(TRANSACTIONS);
        }
    }

    private void writeTransactions(EmbeddedLog log) {
        String value = "x".repeat(400);
        try (TransactionalProducer producer =
                log.transactionalProducer(TransactionalProducerConfig.of("interrupted"))) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                producer.begin();
                Logs.send(producer, ZERO, value);
                Logs.send(producer, ONE, value);
                assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
                transactions.incrementAndGet();
            }
        }
    }
}
