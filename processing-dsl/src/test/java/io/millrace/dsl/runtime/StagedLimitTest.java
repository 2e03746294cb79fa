package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.serde.BytesView;
import io.millrace.state.MemoryBudget;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StagedLimitTest {
    private static final int RECORDS = 4_000;
    private static final BytesView ONE = BytesView.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 1});

    /** Of 16 MiB, open transactions may hold 1; each key has a kilobyte, and a poll returns about 1 MiB of a partition. */
    private final Simulation simulation = new Simulation(
            7,
            EmbeddedLogConfig.defaults(),
            settings -> settings.withStateMemory(new MemoryBudget(16 << 20))
                    .withCommitInterval(Duration.ofHours(1))
                    .withTransactionRecords(Integer.MAX_VALUE));

    @Test
    void aTransactionThatStagesAsMuchAsItMayIsCommittedEarly() {
        simulation.log().admin().createTopic(Totals.IN.name(), Totals.PARTITIONS, Totals.IN.settings());
        try (LogProducer producer = simulation.log().producer()) {
            for (int i = 0; i < RECORDS; i++) {
                BytesView key = BytesView.ofUtf8(i + "k".repeat(1_000));
                var ignored = producer.send(ProducerRecord.of(Totals.IN.name(), key, ONE));
            }
            producer.flush();
        }
        Pipeline.Builder builder = Pipeline.named("totals");
        Totals.addSteps(builder);
        Application app = simulation.start(builder.build());
        simulation.runUntilDrained(app);

        assertThat(app.status().recordsConsumed()).isEqualTo(RECORDS);
        // With nothing but the interval it would be one.
        assertThat(app.status().transactionsCommitted()).isGreaterThanOrEqualTo(2);
        app.close();
        simulation.closeLog();
    }
}
