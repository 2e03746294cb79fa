package io.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaErrorsTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new TimeoutException("t"), Disposition.RETRY),
                Arguments.of(new NotEnoughReplicasException("t"), Disposition.RETRY),
                Arguments.of(new TransactionAbortableException("t"), Disposition.ABORT_TRANSACTION),
                Arguments.of(new ProducerFencedException("t"), Disposition.RESTART_TASK),
                Arguments.of(new InvalidProducerEpochException("t"), Disposition.RESTART_TASK),
                Arguments.of(new FencedInstanceIdException("t"), Disposition.RESTART_TASK),
                Arguments.of(new CommitFailedException("t"), Disposition.RESTART_TASK),
                Arguments.of(new UnknownTopicOrPartitionException("t"), Disposition.STOP),
                Arguments.of(new RecordTooLargeException("t"), Disposition.STOP),
                Arguments.of(new TopicAuthorizationException("t"), Disposition.STOP),
                Arguments.of(new SaslAuthenticationException("t"), Disposition.STOP),
                Arguments.of(new InvalidTxnStateException("t"), Disposition.STOP),
                Arguments.of(new IllegalStateException("t"), Disposition.STOP));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatKafkaThrowsHasADispositionHoweverItIsWrapped(RuntimeException failure, Disposition expected) {
        for (Throwable thrown : new Throwable[] {
            failure, new ExecutionException(failure), new KafkaException("in an error state", failure)
        }) {
            LogException translated = KafkaErrors.translate("Nothing was done", thrown);
            assertThat(translated.disposition()).isEqualTo(expected);
            assertThat(translated).hasMessageStartingWith("Nothing was done: t").hasCause(failure);
        }
    }

    @Test
    void anErrorOfTheLogGoesOnAsItIs() {
        LogException known = new LogException(Disposition.RETRY, "known");
        assertThat(KafkaErrors.translate("x", new ExecutionException(known))).isSameAs(known);
    }

    @Test
    void whoMayNotIsToldWhatToDo() {
        assertThat(KafkaErrors.translate("x", new SaslAuthenticationException("no")))
                .hasMessageContaining("security.protocol");
        assertThat(KafkaErrors.translate("x", new TopicAuthorizationException("no")))
                .hasMessageContaining("ACL");
    }

    /** Kafka's text of a property that is wrong shows its value. */
    @Test
    void theValueOfAWrongPropertyIsShownNowhere() {
        Throwable wrong = new KafkaException(
                "Failed to construct kafka producer",
                new ConfigException("ssl.keystore.password", "hunter2", "must be something else"));
        LogException translated = KafkaErrors.translate("No producer could be opened", wrong);
        assertThat(translated.disposition()).isEqualTo(Disposition.STOP);
        assertThat(translated).hasMessageContaining("ssl.keystore.password").hasNoCause();
        assertThat(translated.toString()).doesNotContain("hunter2");
    }
}
