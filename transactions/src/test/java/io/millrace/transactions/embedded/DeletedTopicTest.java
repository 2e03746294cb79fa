package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import org.junit.jupiter.api.Test;

/** A transaction and the topics that go while it is open. */
class DeletedTopicTest {
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 0);

    private final SimulatedWorld world = new SimulatedWorld(7);
    private final EmbeddedLog log = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults());
    private final TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"));

    @Test
    void aTopicThatATransactionWroteToIsDeletedOnceThatHasEnded() {
        createBoth();
        producer.begin();
        Logs.send(producer, A, "1");
        producer.flush();
        assertThatThrownBy(() -> log.admin().deleteTopic("a"))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("transaction is open");
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);

        assertThat(log.admin().deleteTopic("a")).isTrue();
        producer.close();
        log.close();
    }

    @Test
    void aTransactionIsAbortedAfterATopicThatItWasToWriteToIsGone() {
        createBoth();
        producer.begin();
        Logs.send(producer, B, "1");
        producer.flush();
        Logs.send(producer, A, "1");
        log.admin().deleteTopic("a");
        assertThatThrownBy(producer::flush).isInstanceOf(LogException.class).hasMessageContaining("was deleted");
        producer.abort();

        assertThat(Logs.committed(log, B)).isEmpty();
        producer.begin();
        Logs.send(producer, B, "2");
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(Logs.committed(log, B)).containsExactly("2");
        producer.close();
        log.close();
        EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults()).close();
    }

    @Test
    void aProducerGoesOnInATopicThatWasDeletedAndCreatedAgain() {
        createBoth();
        for (int round = 0; round < 3; round++) {
            producer.begin();
            Logs.send(producer, A, "1");
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            log.admin().deleteTopic("a");
            producer.begin();
            assertThatThrownBy(() -> Logs.send(producer, A, "2"))
                    .isInstanceOfSatisfying(
                            LogException.class, e -> assertThat(e.disposition()).isEqualTo(Disposition.STOP))
                    .hasMessageContaining("no topic 'a'");
            Logs.send(producer, B, "2");
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            log.admin().createTopic("a", 1, TopicSettings.defaults());
        }
        producer.begin();
        Logs.send(producer, A, "3");
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(Logs.committed(log, A)).containsExactly("3");
        assertThat(Logs.committed(log, B)).containsExactly("2", "2", "2");
        producer.close();
        log.close();
    }

    private void createBoth() {
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        log.admin().createTopic("b", 1, TopicSettings.defaults());
    }
}
