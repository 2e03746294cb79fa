package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionTimeoutTest {
    private static final TopicPartition A = new TopicPartition("a", 0);

    private final SimulatedWorld world = new SimulatedWorld(7);
    private final EmbeddedLog log = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults());

    @Test
    void theBackgroundLoopAbortsASilentTransactionAndKeepAliveSparesIt() {
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        TransactionalProducer producer = log.transactionalProducer(
                TransactionalProducerConfig.of("writer").withTransactionTimeout(Duration.ofSeconds(10)));
        producer.begin();
        Logs.send(producer, A, "1");
        producer.flush();

        world.runFor(Duration.ofSeconds(9));
        producer.keepAlive();
        world.runFor(Duration.ofSeconds(9));
        assertThat(log.admin().endOffset(A, Isolation.READ_COMMITTED)).isZero();

        world.runFor(Duration.ofSeconds(2));
        assertThat(log.admin().endOffset(A, Isolation.READ_COMMITTED)).isEqualTo(2);
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.FENCED);
        assertThat(Logs.committed(log, A)).isEmpty();
        producer.close();
        log.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, Long.MAX_VALUE, Long.MIN_VALUE})
    void aTransactionThatMayLastForEverIsNotEndedByTime(long millis) {
        Duration timeout = millis < 0 ? ChronoUnit.FOREVER.getDuration() : Duration.ofMillis(millis);
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        TransactionalProducer producer = log.transactionalProducer(
                TransactionalProducerConfig.of("patient").withTransactionTimeout(timeout));
        producer.begin();
        Logs.send(producer, A, "1");
        producer.flush();
        world.advance(Duration.ofDays(20));
        world.runFor(Duration.ofMinutes(1));
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        producer.close();
        log.close();
    }
}
