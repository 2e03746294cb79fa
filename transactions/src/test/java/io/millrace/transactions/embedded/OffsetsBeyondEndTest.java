package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A transaction commits no offset beyond the end of its partition's log (G8). */
final class OffsetsBeyondEndTest {
    private static final TopicPartition INPUT = new TopicPartition("input", 0);
    private static final TopicPartition OUTPUT = new TopicPartition("output", 0);
    private static final GroupMetadata GROUP = new GroupMetadata("readers", "", -1);

    @Test
    void anOffsetBeyondTheEndIsRefusedAndTheTransactionGoesOn() {
        try (EmbeddedLog log = EmbeddedLog.open(new SimulatedWorld(1).world(), EmbeddedLogConfig.defaults())) {
            log.admin().createTopic("input", 1, TopicSettings.defaults());
            log.admin().createTopic("output", 1, TopicSettings.defaults());
            try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"))) {
                producer.begin();
                Logs.send(producer, OUTPUT, "1");
                LogException refused =
                        catchThrowableOfType(LogException.class, () -> producer.sendOffsets(Map.of(INPUT, 1L), GROUP));
                assertThat(refused.disposition()).isEqualTo(Disposition.STOP);
                assertThat(refused)
                        .hasMessageContaining("Group readers cannot commit offset 1 of input-0: its log ends at 0");

                producer.sendOffsets(Map.of(INPUT, 0L), GROUP);
                assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            }
            assertThat(Logs.committed(log, OUTPUT)).isEqualTo(List.of("1"));
            assertThat(log.admin().committedOffsets("readers")).isEqualTo(Map.of(INPUT, 0L));
        }
    }
}
