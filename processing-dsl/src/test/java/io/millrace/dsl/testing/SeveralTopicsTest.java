package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.serde.Serdes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Several topics as one stream. */
class SeveralTopicsTest {
    private static final Topic<String, Long> FIRST = Topic.of("first", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> SECOND = Topic.of("second", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> THIRD = Topic.of("third", Serdes.string(), Serdes.int64());

    @Test
    void whatIsInAnyOfThemComesAlsoWhereOneHasMorePartitions() {
        Topic<String, Long> narrow = FIRST.withPartitions(1);
        Topic<String, Long> wide = SECOND.withPartitions(3);
        Pipeline.Builder builder = Pipeline.named("all");
        builder.stream(narrow, wide).to(Sums.SUMS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(narrow).send("n", 1L);
            for (int partition = 0; partition < 3; partition++) {
                test.input(wide).toPartition(partition).send("w" + partition, 2L);
            }
            test.run();
            assertThat(test.output(Sums.SUMS).readKeyValues())
                    .containsExactlyInAnyOrder(
                            Map.entry("n", 1L), Map.entry("w0", 2L), Map.entry("w1", 2L), Map.entry("w2", 2L));
        }
    }

    @Test
    void equalKeysOfAllOfThemMeetInStateAlsoInTheNextLife() {
        Pipeline.Builder builder = Pipeline.named("all");
        builder.stream(List.of(FIRST, SECOND, THIRD))
                .groupByKey()
                .count("counts")
                .toStream()
                .to(Sums.SUMS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(FIRST).send("a", 1L);
            test.input(SECOND).send("a", 1L);
            test.input(SECOND).send("b", 1L);
            test.run();
            test.crashAndRestart();
            test.input(THIRD).send("a", 1L);
            test.run();
            assertThat(test.output(Sums.SUMS).readLatestPerKey()).isEqualTo(Map.of("a", 3L, "b", 1L));
        }
    }

    @Test
    void eachTopicKeepsItsOwnPolicy() {
        Pipeline.Builder builder = Pipeline.named("all");
        builder.stream(SECOND).onError(ErrorPolicy.skip());
        builder.stream(FIRST, SECOND)
                .mapValues(value -> 100 / value)
                .withValueSerde(Serdes.int64())
                .to(Sums.SUMS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(SECOND).send("a", 0L);
            test.input(FIRST).send("a", 50L);
            test.run();
            assertThat(test.output(Sums.SUMS).readValues()).containsExactly(2L);
            test.input(FIRST).send("a", 0L);
            assertThat(test.runUntilFailure()).hasStackTraceContaining("/ by zero");
        }
    }

    @Test
    void theManifestNamesEachTopicThatFeedsTheState() {
        Pipeline.Builder builder = Pipeline.named("all");
        builder.stream(FIRST, SECOND, THIRD).groupByKey().count("counts");
        TopologyManifest manifest = TopologyManifest.of(Planner.plan(builder.build()));
        assertThat(TopologyManifest.parse(manifest.toText())).isEqualTo(manifest);
        assertThat(manifest.steps())
                .flatExtracting(TopologyManifest.StepEntry::reads)
                .containsExactly("first", "second", "third");
    }
}
