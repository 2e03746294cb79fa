package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.dsl.testing.TestInputTopic;
import io.millrace.state.MemoryBudget;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StagedLimitTest {
    private static final int RECORDS = 4_000;

    /** Of 16 MiB, open transactions may hold 1; each key has a kilobyte, and a poll returns about 1 MiB of a partition. */
    private static final PipelineTestSettings SETTINGS = PipelineTestSettings.defaults()
            .withApplication(application -> application
                    .withStateMemory(new MemoryBudget(16 << 20))
                    .withCommitInterval(Duration.ofHours(1))
                    .withTransactionRecords(Integer.MAX_VALUE));

    @Test
    void aTransactionThatStagesAsMuchAsItMayIsCommittedEarly() {
        Pipeline.Builder builder = Pipeline.named("totals");
        Totals.addSteps(builder);
        try (PipelineTest test = PipelineTest.of(builder.build(), SETTINGS)) {
            TestInputTopic<String, Long> in = test.input(Totals.IN);
            for (int i = 0; i < RECORDS; i++) {
                in.send(i + "k".repeat(1_000), 1L);
            }
            test.run();

            assertThat(test.status().recordsConsumed()).isEqualTo(RECORDS);
            // With nothing but the interval it would be one.
            assertThat(test.status().transactionsCommitted()).isGreaterThanOrEqualTo(2);
        }
    }
}
