package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads that take the same transactional id from each other, in the middle of whatever the other does. */
class ConcurrentOwnersTest {
    private static final int THREADS = 3;
    private static final int TRANSACTIONS = 300;
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 0);

    @TempDir
    Path directory;

    @Test
    void whatIsAnsweredIsWhatIsVisibleWhoeverFencesWhom() throws Exception {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("a", 1, TopicSettings.defaults());
            log.admin().createTopic("b", 1, TopicSettings.defaults());
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            // All have opened a producer before the first transaction begins, so all but one are fenced at least once.
            CyclicBarrier opened = new CyclicBarrier(THREADS);
            List<Future<Set<String>>> answers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                String name = "t" + thread + "-";
                answers.add(threads.submit(() -> contend(log, name, opened)));
            }
            Set<String> committed = new HashSet<>();
            for (Future<Set<String>> answer : answers) {
                committed.addAll(answer.get());
            }
            threads.shutdown();

            assertThat(committed).as("commits").isNotEmpty();
            assertThat(committed.size()).as("some were fenced").isLessThan(THREADS * TRANSACTIONS);
            for (TopicPartition partition : List.of(A, B)) {
                assertThat(Logs.committed(log, partition)).containsExactlyInAnyOrderElementsOf(committed);
                assertThat(log.admin().endOffset(partition, Isolation.READ_COMMITTED))
                        .isEqualTo(log.admin().endOffset(partition, Isolation.READ_UNCOMMITTED));
            }
        }
    }

    private static Set<String> contend(EmbeddedLog log, String name, CyclicBarrier opened) throws Exception {
        Set<String> committed = new HashSet<>();
        TransactionalProducer producer = open(log);
        opened.await();
        for (int i = 0; i < TRANSACTIONS; i++) {
            try {
                producer.begin();
                Logs.send(producer, A, name + i);
                producer.flush();
                Logs.send(producer, B, name + i);
                if (producer.commit() == TransactionOutcome.COMMITTED) {
                    committed.add(name + i);
                } else {
                    producer = replaced(log, producer);
                }
            } catch (LogException e) {
                assertThat(e.disposition()).isEqualTo(Disposition.RESTART_TASK);
                producer = replaced(log, producer);
            }
        }
        producer.close();
        return committed;
    }

    private static TransactionalProducer replaced(EmbeddedLog log, TransactionalProducer fenced) {
        fenced.close();
        return open(log);
    }

    private static TransactionalProducer open(EmbeddedLog log) {
        return log.transactionalProducer(TransactionalProducerConfig.of("contended"));
    }
}
