package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.World;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the partitions learn while a log is closed, its next opening knows: no partition is ahead of the journal (C8). */
class ClosedUnderProducersTest {
    private static final TopicPartition FIRST = new TopicPartition("a", 0);
    private static final TopicPartition SECOND = new TopicPartition("b", 0);

    private final SimulatedWorld simulated = new SimulatedWorld(5);

    @Test
    void transactionsThatEndWhileTheLogIsClosedKeepTheNextProducerFromNothing() {
        List<Runnable> meanwhile = new ArrayList<>();
        World real = simulated.world();
        EmbeddedLog log = EmbeddedLog.open(
                new World(whoseRunIsAsked(meanwhile), real.clock(), real.ticker(), real.random(), real.scheduler()),
                EmbeddedLogConfig.defaults());
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        log.admin().createTopic("b", 1, TopicSettings.defaults());
        TransactionalProducer other = log.transactionalProducer(TransactionalProducerConfig.of("other"));
        commit(other, FIRST, "first");
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"));
        commit(producer, SECOND, "0");
        List<String> committed = new ArrayList<>(List.of("0"));
        meanwhile.add(() -> {
            for (int i = 1; i < 4; i++) {
                try {
                    commit(producer, SECOND, String.valueOf(i));
                    committed.add(String.valueOf(i));
                } catch (LogException | IllegalStateException closed) {
                    return;
                }
            }
        });
        log.close();
        assertThat(meanwhile).as("what happened meanwhile").isEmpty();
        assertGoesOn(committed);
    }

    @Test
    void completionsThatCouldNotBeWrittenAtTheEndKeepTheNextProducerFromNothing() {
        EmbeddedLog log = EmbeddedLog.open(simulated.world(), EmbeddedLogConfig.defaults());
        log.admin().createTopic("b", 1, TopicSettings.defaults());
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"));
        for (int i = 0; i < 4; i++) {
            commit(producer, SECOND, String.valueOf(i));
        }
        simulated.storage().failAfter(StorageOperation.WRITE, 0, Kind.NO_SPACE);
        log.close();
        assertGoesOn(List.of("0", "1", "2", "3"));
    }

    private void assertGoesOn(List<String> committed) {
        try (EmbeddedLog again = EmbeddedLog.open(simulated.world(), EmbeddedLogConfig.defaults())) {
            assertThat(Logs.committed(again, SECOND)).isEqualTo(committed);
            try (TransactionalProducer next = again.transactionalProducer(TransactionalProducerConfig.of("writer"))) {
                commit(next, SECOND, "next");
            }
            List<String> all = new ArrayList<>(committed);
            all.add("next");
            assertThat(Logs.committed(again, SECOND)).isEqualTo(all);
        }
    }

    private static void commit(TransactionalProducer producer, TopicPartition partition, String value) {
        producer.begin();
        Logs.send(producer, partition, value);
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
    }

    /** The simulated storage, but that something else happens when it is asked for the run of the system, as for each partition that is closed. */
    private Storage whoseRunIsAsked(List<Runnable> meanwhile) {
        InvocationHandler calls = (proxy, method, arguments) -> {
            if (method.getName().equals("systemRun") && !meanwhile.isEmpty()) {
                meanwhile.remove(0).run();
            }
            try {
                return method.invoke(simulated.storage(), arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (Storage) Proxy.newProxyInstance(Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, calls);
    }
}
