package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A changelog's partition that cannot be written, and so not be read to its end either. */
class FailedChangelogTest {
    private static final String CHANGELOG = "sums-sum-changelog";

    private static void failTransactionIn(PipelineTest test, TopicPartition partition) {
        TransactionalProducer producer = test.log().transactionalProducer(TransactionalProducerConfig.of("another"));
        producer.begin();
        producer.send(partition, 0, BytesView.ofUtf8("a"), BytesView.of(new byte[Long.BYTES]), List.of());
        producer.flush();
        test.failNextForce();
        assertThatThrownBy(producer::commit).isInstanceOf(LogException.class);
    }

    /** It waited for the end of a transaction which nobody can write, and nothing but the log's own log said so. */
    @Test
    void whoeverRestoresFromItIsToldAndTheNextProcessGoesOn() {
        PipelineTestSettings settings = PipelineTestSettings.defaults().withDurability(Durability.POWER_LOSS);
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), settings)) {
            for (int partition = 0; partition < settings.partitions(); partition++) {
                test.input(Sums.NUMBERS).toPartition(partition).send("k" + partition, 1L);
            }
            test.run();
            // Where the new instance's partition is.
            failTransactionIn(test, new TopicPartition(CHANGELOG, 2));
            test.addInstance();

            assertThat(test.runUntilFailure())
                    .isInstanceOfSatisfying(
                            LogException.class,
                            error -> assertThat(error.disposition()).isEqualTo(Disposition.STOP))
                    .hasMessageContaining(CHANGELOG + "-2")
                    .hasMessageContaining("restart the process");

            test.powerLossAndRestart();
            test.run();
            assertThat(test.state(Sums.STORE, 2).get("k2")).isEqualTo(1);
        }
    }
}
