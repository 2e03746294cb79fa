package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
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
import java.util.Map;
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
    @ValueSource(booleans = {true, false})
    void aProducerThatWritesAllTheTimeIsNotIdle(boolean isOfOffsets) {
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        TransactionalProducer producer = log.transactionalProducer(
                TransactionalProducerConfig.of("writer").withTransactionTimeout(Duration.ofSeconds(2)));
        producer.begin();
        for (int i = 0; i < 20; i++) {
            if (isOfOffsets) {
                producer.sendOffsets(Map.of(A, 0L), new GroupMetadata("readers", "", -1));
            } else {
                Logs.send(producer, A, "1");
                producer.flush();
            }
            world.runFor(Duration.ofMillis(200));
        }
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        producer.close();
        log.close();
    }

    @Test
    void whoseTransactionEndedWithoutItsDoingIsToldWhatHappened() {
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        TransactionalProducer silent = begun("silent");
        TransactionalProducer aborted = begun("aborted");
        TransactionalProducer replaced = begun("replaced");
        world.runFor(Duration.ofSeconds(3));
        log.transactions().abort("aborted");
        log.transactionalProducer(TransactionalProducerConfig.of("replaced")).close();

        assertFenced(silent, "no sign of life for 2000 ms");
        assertFenced(aborted, "by an administrator");
        assertFenced(replaced, "Another producer took");
        log.close();
    }

    private TransactionalProducer begun(String id) {
        Duration timeout = Duration.ofSeconds(id.equals("silent") ? 2 : 60);
        TransactionalProducer producer =
                log.transactionalProducer(TransactionalProducerConfig.of(id).withTransactionTimeout(timeout));
        producer.begin();
        Logs.send(producer, A, "1");
        producer.flush();
        return producer;
    }

    private static void assertFenced(TransactionalProducer producer, String why) {
        Logs.send(producer, A, "2");
        assertThatThrownBy(producer::flush)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.disposition()).isEqualTo(Disposition.RESTART_TASK))
                .hasMessageContaining(why);
        assertThatThrownBy(producer::begin).hasMessageContaining(why);
        producer.close();
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
