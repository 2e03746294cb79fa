package io.millrace.examples.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.TestInputTopic;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.Serdes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example of the README, which shows what stands between the two marks. */
class TotalsTest {
    // README
    static final Topic<String, Long> PAYMENTS = Topic.of("payments", Serdes.string(), Serdes.int64());
    static final Topic<String, Long> TOTALS = Topic.of("totals", Serdes.string(), Serdes.int64());

    static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("totals");
        builder.stream(PAYMENTS)
                .groupByKey()
                .aggregate("total", () -> 0L, (account, amount, total) -> total + amount, Serdes.int64())
                .toStream()
                .to(TOTALS);
        return builder.build();
    }

    @Test
    void totalsSurviveAKilledProcess() {
        try (PipelineTest test = PipelineTest.of(pipeline())) {
            TestInputTopic<String, Long> payments = test.input(PAYMENTS);
            payments.send("alice", 10L);
            payments.send("bob", 3L);
            test.run();
            test.crashAndRestart();
            payments.send("alice", 5L);
            test.run();

            assertEquals(Map.of("alice", 15L, "bob", 3L), test.output(TOTALS).readLatestPerKey());
            assertEquals(Map.of("alice", 15L, "bob", 3L), test.state("total"));
        }
    }

    @Test
    void noPaymentCountsTwiceWhereverTheProcessDies() {
        int deaths = 1;
        for (long call = 0; deaths > 0; call++) { // in each storage call, until a run has no more of them
            try (PipelineTest test = PipelineTest.of(pipeline())) {
                test.input(PAYMENTS).send("alice", 10L);
                test.input(PAYMENTS).send("alice", 5L);
                test.crashAfter(call, CrashMode.PROCESS);
                test.run();

                assertEquals(List.of(10L, 15L), test.output(TOTALS).readValues());
                deaths = test.restarts();
            }
        }
    }
    // README
}
