package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.dsl.testing.TestInputTopic;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.MemoryBudget;
import io.millrace.state.StoreSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StagedLimitTest {
    private static final int RECORDS = 4_000;
    private static final Topic<String, Long> ONE =
            Topic.of("one", Serdes.string(), Serdes.int64()).withPartitions(1);

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

    /** All of them are in one poll, and stage a thousand times what they are. */
    @Test
    void smallRecordsThatStageMuchEndTheirTransactionInTheMiddleOfAPoll() {
        KeyValueSpec<String, String> large = StoreSpec.keyValue("large", Serdes.string(), Serdes.string());
        String value = "v".repeat(20_000);
        Pipeline.Builder builder = Pipeline.named("large");
        builder.stream(ONE)
                .process(
                        "keep",
                        stores -> {
                            KeyValueStore<String, String> kept = stores.get(large);
                            return (key, ignored, context) -> kept.put(key, value);
                        },
                        large);
        try (PipelineTest test = PipelineTest.of(builder.build(), SETTINGS)) {
            sendSmall(test, 1_000);
            test.run();
            assertThat(test.status().recordsConsumed()).isEqualTo(1_000);
            // 20 MB, at most 1 MiB and 16 records each.
            assertThat(test.status().transactionsCommitted()).isGreaterThanOrEqualTo(14);
        }
    }

    /** Ten milliseconds a record, and a hundred until the commit. */
    @Test
    void recordsThatTakeLongAreCommittedWhenTheIntervalIsOverThoughThePollHasMore() {
        Pipeline.Builder builder = Pipeline.named("slow");
        PipelineTest[] running = new PipelineTest[1];
        builder.stream(ONE).forEach((key, value) -> running[0].takeTime(Duration.ofMillis(10)));
        PipelineTestSettings settings =
                SETTINGS.withApplication(application -> application.withCommitInterval(Duration.ofMillis(100)));
        try (PipelineTest test = PipelineTest.of(builder.build(), settings)) {
            running[0] = test;
            sendSmall(test, 320);
            test.run();
            assertThat(test.status().transactionsCommitted()).isGreaterThanOrEqualTo(20);
        }
    }

    /** A hundred bytes are read of each, and as many sent. */
    @Test
    void aTransactionEndsWithTheRecordThatBringsItsBytes() {
        Pipeline.Builder builder = Pipeline.named("copies");
        builder.stream(ONE)
                .to(Topic.of("copies", Serdes.string(), Serdes.int64()).withPartitions(1));
        // Five in each.
        assertThat(transactionsOfAThousandBytes(builder.build())).isEqualTo(5);
    }

    @Test
    void whatIsOnlyReadHasBytesToo() {
        Pipeline.Builder builder = Pipeline.named("read");
        builder.stream(ONE).forEach((key, value) -> {});
        // Ten in each.
        assertThat(transactionsOfAThousandBytes(builder.build())).isEqualTo(3);
    }

    /** How many it takes for 23 records of a hundred bytes. */
    private static long transactionsOfAThousandBytes(Pipeline pipeline) {
        PipelineTestSettings settings = SETTINGS.withApplication(application -> application
                .withCommitInterval(Duration.ofHours(1))
                .withTransactionRecords(Integer.MAX_VALUE)
                .withTransactionBytes(1_000));
        try (PipelineTest test = PipelineTest.of(pipeline, settings)) {
            for (int i = 0; i < 23; i++) {
                test.input(ONE).send("k".repeat(92), 1L);
            }
            test.run();
            assertThat(test.status().recordsConsumed()).isEqualTo(23);
            return test.status().transactionsCommitted();
        }
    }

    private static void sendSmall(PipelineTest test, int count) {
        TestInputTopic<String, Long> in = test.input(ONE);
        for (int i = 0; i < count; i++) {
            in.send("k" + i, 1L);
        }
    }
}
