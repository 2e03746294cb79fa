package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.ReadOnlyLog;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What another process sees of the transactions of a log while its owner works. */
class ReadOnlyTransactionsTest {
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 0);

    private final SimulatedWorld world = new SimulatedWorld(7);

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whatTheOwnerListsIsWhatTheFilesSay(Durability durability) {
        EmbeddedLog log =
                EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults().withDurability(durability));
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        log.admin().createTopic("b", 1, TopicSettings.defaults());
        TransactionalProducer one = producer(log, "one");
        TransactionalProducer two = producer(log, "two");
        TransactionalProducer three = producer(log, "three");
        try (ReadOnlyLog files = ReadOnlyLog.open(world.world())) {
            TransactionAdmin seen = ReadOnlyTransactions.of(files, world.world().clock());
            same(log, seen);
            for (int transaction = 0; transaction < 3; transaction++) {
                one.begin();
                Logs.send(one, A, "1");
                Logs.send(one, B, "1");
                one.flush();
                same(log, seen);
                two.begin();
                Logs.send(two, A, "2");
                two.flush();
                same(log, seen);
                one.commit();
                same(log, seen);
                two.abort();
                same(log, seen);
            }
            three.begin();
            Logs.send(three, B, "3");
            three.prepare();
            world.runFor(Duration.ofSeconds(30));
            assertThat(seen.findHanging(Duration.ofSeconds(30)))
                    .extracting(hanging -> hanging.transactionalId().orElseThrow(), HangingTransaction::state)
                    .containsExactly(tuple("three", "Prepared"));
            same(log, seen);
            log.transactions().commitPrepared("three");
            same(log, seen);
            assertThat(seen.findHanging(Duration.ZERO)).isEmpty();
            assertThatThrownBy(() -> seen.abort("one")).isInstanceOf(LogException.class);
        }
        List.of(one, two, three).forEach(TransactionalProducer::close);
        log.close();
    }

    private static TransactionalProducer producer(EmbeddedLog log, String transactionalId) {
        return log.transactionalProducer(TransactionalProducerConfig.of(transactionalId));
    }

    /** Not the ages, and not the epoch and the outcome of what is over, which the owner may have in memory alone. */
    private static void same(EmbeddedLog log, TransactionAdmin seen) {
        assertThat(seen.list().stream().map(ReadOnlyTransactionsTest::essence))
                .isEqualTo(log.transactions().list().stream()
                        .map(ReadOnlyTransactionsTest::essence)
                        .toList());
        assertThat(seen.findHanging(Duration.ZERO).stream().map(ReadOnlyTransactionsTest::essence))
                .containsExactlyInAnyOrderElementsOf(log.transactions().findHanging(Duration.ZERO).stream()
                        .map(ReadOnlyTransactionsTest::essence)
                        .toList());
    }

    private static String essence(TransactionDescription description) {
        boolean isOpen = !description.partitions().isEmpty();
        return description.transactionalId() + " " + description.producerId()
                + (isOpen ? " " + description.state() + description.producerEpoch() + description.partitions() : "");
    }

    private static String essence(HangingTransaction hanging) {
        return hanging.transactionalId() + hanging.state() + hanging.producerId() + " " + hanging.producerEpoch()
                + hanging.partitions().stream()
                        .map(open -> open.topicPartition() + "@" + open.firstOffset())
                        .toList();
    }
}
