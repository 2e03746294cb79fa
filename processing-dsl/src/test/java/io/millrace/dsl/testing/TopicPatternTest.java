package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopicPattern;
import io.millrace.dsl.TopologyPlan;
import io.millrace.dsl.plan.DeclaredTopology;
import io.millrace.dsl.plan.EvolutionRule;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.dsl.plan.TopologyPrinter;
import io.millrace.log.Durability;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All topics whose names match as one stream, also those that appear and go while it runs. */
class TopicPatternTest {
    private static final TopicPattern<String, Long> ORDERS =
            TopicPattern.of("orders-.*", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> DE = orders("de");
    private static final Topic<String, Long> FR = orders("fr");
    private static final Topic<String, Long> SUMS = Topic.of("sums", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> FROM =
            Topic.of("orders-from", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final Output<String, String> TOPICS = Output.named("topics");

    private final Map<String, Long> expected = new HashMap<>();

    private static Topic<String, Long> orders(String country) {
        return Topic.of("orders-" + country, Serdes.string(), Serdes.int64());
    }

    /** The sum of each key over all topics. */
    private static Pipeline sums() {
        Pipeline.Builder builder = Pipeline.named("sums");
        builder.stream(ORDERS.withPartitions(3))
                .groupByKey()
                .reduce("sum", Long::sum)
                .toStream()
                .to(SUMS);
        return builder.build();
    }

    /** A topic of the pipeline's results matches, and is not read. */
    private static Pipeline copies() {
        Pipeline.Builder builder = Pipeline.named("copies");
        builder.stream(ORDERS)
                .process(
                        "from",
                        stores -> (key, value, context) -> context.emit(
                                TOPICS, key, context.topicPartition().topic()))
                .output(TOPICS)
                .to(FROM);
        return builder.build();
    }

    private static void create(PipelineTest test, Topic<?, ?> topic, int partitions) {
        test.log().admin().createTopic(topic.name(), partitions, TopicSettings.defaults());
    }

    private void send(PipelineTest test, Topic<String, Long> topic, int records) {
        for (int i = 0; i < records; i++) {
            test.input(topic).send("k" + i % 8, 1L);
            expected.merge("k" + i % 8, 1L, Long::sum);
        }
    }

    private void check(PipelineTest test, String story) {
        assertThat(test.output(SUMS).readLatestPerKey())
                .as("%s in %s", story, test)
                .isEqualTo(expected);
        assertThat(test.state("sum")).as("%s in %s", story, test).isEqualTo(expected);
    }

    @Test
    void topicsThatAppearAreReadFromTheirBeginningAndThoseThatGoAreReadNoMore() {
        try (PipelineTest test = PipelineTest.of(sums())) {
            test.run();
            create(test, DE, 3);
            send(test, DE, 20);
            test.run();
            check(test, "the first");
            create(test, FR, 3);
            send(test, FR, 20);
            send(test, DE, 5);
            test.run();
            check(test, "the second");
            test.crashAndRestart();
            send(test, DE, 5);
            test.run();
            check(test, "after a restart");
            test.log().admin().deleteTopic(DE.name());
            send(test, FR, 7);
            test.run();
            check(test, "without the first");
            create(test, DE, 3);
            create(test, orders("other"), 3);
            test.run();
            // Those of the test knew the one before.
            try (LogProducer producer = test.log().producer()) {
                for (int partition = 0; partition < 3; partition++) {
                    producer.send(
                            new TopicPartition(DE.name(), partition),
                            1,
                            BytesView.ofUtf8("again" + partition),
                            BytesView.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 1}),
                            List.of());
                    expected.put("again" + partition, 1L);
                }
            }
            test.run();
            check(test, "another one of its name");
        }
    }

    @Test
    void eachRecordKnowsItsTopicAndWhatTheApplicationWritesIsNotRead() {
        try (PipelineTest test = PipelineTest.of(copies())) {
            create(test, DE, 1);
            test.input(DE).send("a", 1L);
            test.run();
            create(test, FR, 4);
            for (int partition = 0; partition < 4; partition++) {
                test.input(FR).toPartition(partition).send("b", 1L);
            }
            test.run();
            assertThat(test.output(FROM).readKeyValues())
                    .containsExactly(
                            Map.entry("a", "orders-de"),
                            Map.entry("b", "orders-fr"),
                            Map.entry("b", "orders-fr"),
                            Map.entry("b", "orders-fr"),
                            Map.entry("b", "orders-fr"));
        }
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void nothingIsLostOrCountedTwiceWhereverTheProcessDies(CrashMode mode) {
        PipelineTestSettings settings = PipelineTestSettings.defaults()
                .withDurability(Durability.POWER_LOSS)
                .withPartitions(3)
                .withApplication(app -> app.withTransactionRecords(3));
        int deaths = 1;
        long call = 0;
        for (; deaths > 0; call++) {
            expected.clear();
            try (PipelineTest test = PipelineTest.of(sums(), settings.withSeed(call))) {
                create(test, DE, 3);
                send(test, DE, 6);
                test.run();
                create(test, FR, 3);
                send(test, FR, 6);
                send(test, DE, 3);
                test.crashAfter(call, mode);
                test.run();
                test.log().admin().deleteTopic(DE.name());
                send(test, FR, 3);
                test.run();
                check(test, "dead in call " + call);
                deaths = test.restarts();
            }
        }
        assertThat(call).isGreaterThan(20);
    }

    @Test
    void allLoopsAndInstancesAgreeWhileTopicsAppearAndGo() {
        for (long seed = 0; seed < 20; seed++) {
            expected.clear();
            PipelineTestSettings settings = PipelineTestSettings.defaults()
                    .withSeed(seed)
                    .withLoops(2)
                    .withApplication(app -> app.withTransactionRecords(5));
            try (PipelineTest test = PipelineTest.of(sums(), settings)) {
                create(test, DE, 3);
                for (int round = 0; round < 3; round++) {
                    send(test, DE, 16);
                    Topic<String, Long> another = orders("round-" + round);
                    create(test, another, 3);
                    test.addInstance();
                    send(test, another, 16);
                    test.advanceTime(Duration.ofNanos(seed * 20_000));
                    send(test, DE, 8);
                    test.run();
                    test.log().admin().deleteTopic(another.name());
                    send(test, DE, 8);
                    test.advanceTime(Duration.ofNanos(seed * 20_000));
                    test.removeInstance();
                }
                test.run();
                check(test, "moved");
            }
        }
    }

    @Test
    void aTopicThatIsDeletedWithRecordsThatNobodyHasReadTakesThemWithIt() {
        for (long seed = 0; seed < 20; seed++) {
            expected.clear();
            PipelineTestSettings settings = PipelineTestSettings.defaults()
                    .withSeed(seed)
                    .withApplication(app -> app.withTransactionRecords(2));
            try (PipelineTest test = PipelineTest.of(sums(), settings)) {
                create(test, DE, 3);
                create(test, FR, 3);
                test.run();
                for (int i = 0; i < 50; i++) {
                    test.input(FR).send("gone", 1L);
                }
                send(test, DE, 20);
                test.advanceTime(Duration.ofNanos(seed * 3_000));
                test.log().admin().deleteTopic(FR.name());
                send(test, DE, 20);
                test.run();
                Map<String, Long> left = test.output(SUMS).readLatestPerKey();
                assertThat(left.getOrDefault("gone", 0L)).isBetween(0L, 50L);
                left.remove("gone");
                assertThat(left).as("%s", test).isEqualTo(expected);
            }
        }
    }

    /** As by another thread: the loop is told by its reader, before the group tells it. */
    @Test
    void aTopicMayGoInTheMiddleOfAStep() {
        PipelineTest[] present = new PipelineTest[1];
        boolean[] isGone = {false};
        Pipeline.Builder builder = Pipeline.named("sums");
        builder.stream(ORDERS.withPartitions(3))
                .peek((key, value) -> {
                    if (key.equals("end") && !isGone[0]) {
                        isGone[0] = true;
                        present[0].log().admin().deleteTopic(FR.name());
                    }
                })
                .groupByKey()
                .reduce("sum", Long::sum)
                .toStream()
                .to(SUMS);
        for (long seed = 0; seed < 10; seed++) {
            expected.clear();
            isGone[0] = false;
            PipelineTestSettings settings = PipelineTestSettings.defaults()
                    .withSeed(seed)
                    .withApplication(app -> app.withTransactionRecords(4));
            try (PipelineTest test = PipelineTest.of(builder.build(), settings)) {
                present[0] = test;
                create(test, DE, 3);
                create(test, FR, 3);
                for (int i = 0; i < 30; i++) {
                    test.input(FR).send("gone" + i, 1L);
                }
                send(test, DE, 20);
                test.input(DE).send("end", 1L);
                expected.put("end", 1L);
                send(test, DE, 20);
                test.run();
                assertThat(isGone[0]).isTrue();
                Map<String, Long> left = test.output(SUMS).readLatestPerKey();
                left.keySet().removeIf(key -> key.startsWith("gone"));
                assertThat(left).as("%s", test).isEqualTo(expected);
            }
        }
    }

    @Test
    void eventTimeIsTheLeastOfAllThatAreThere() {
        Pipeline.Builder builder = Pipeline.named("windows");
        Topic<String, Long> late = Topic.of("late", Serdes.string(), Serdes.int64());
        builder.stream(ORDERS.withPartitions(1))
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(Duration.ofSeconds(10)))
                .emitFinal()
                .count("counts")
                .toStream()
                .selectKey((key, value) -> key.key())
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(late);
        try (PipelineTest test =
                PipelineTest.of(builder.build(), PipelineTestSettings.defaults().withPartitions(1))) {
            create(test, DE, 1);
            create(test, FR, 1);
            test.input(DE).send("a", 1L, 1_000);
            test.input(FR).send("a", 1L, 1_000);
            test.input(DE).send("b", 1L, 100_000);
            test.run();
            assertThat(test.output(late).readAll()).as("the other one lags").isEmpty();
            test.input(FR).send("c", 1L, 50_000);
            test.run();
            assertThat(test.output(late).readKeyValues()).containsExactly(Map.entry("a", 2L));
        }
    }

    @Test
    void aMatchWithOtherPartitionsEndsTheApplicationInWordsAndIsRefusedAtTheStart() {
        try (PipelineTest test = PipelineTest.of(sums())) {
            create(test, DE, 3);
            send(test, DE, 8);
            test.run();
            create(test, FR, 2);
            assertThat(test.runUntilFailure())
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining(
                            "Topic 'orders-fr' matches 'orders-.*' and has 2 partitions, where the state behind it has 3");
            assertThat(test.output(SUMS).readLatestPerKey()).isEqualTo(expected);
        }
        try (PipelineTest test = PipelineTest.of(sums())) {
            create(test, FR, 2);
            assertThatThrownBy(test::run)
                    .hasStackTraceContaining("Topic 'orders-fr' matches 'orders-.*' and has 2 partitions");
        }
    }

    @Test
    void stateBehindAPatternThatNothingMatchesHasToBeToldItsPartitions() {
        Pipeline.Builder builder = Pipeline.named("sums");
        builder.stream(ORDERS).groupByKey().reduce("sum", Long::sum);
        Pipeline untold = builder.build();
        try (PipelineTest test = PipelineTest.of(untold)) {
            assertThatThrownBy(test::run).hasStackTraceContaining("No topic matches 'orders-.*'");
            create(test, DE, 2);
            send(test, DE, 8);
            test.run();
            assertThat(test.state("sum")).isEqualTo(expected);
        }
    }

    @Test
    void topicsOfThePipelineAndTheLogNeverMatch() {
        TopicPattern<String, Long> everything = TopicPattern.of(".*", Serdes.string(), Serdes.int64());
        Pipeline.Builder builder = Pipeline.named("all");
        Topic<String, Long> dead =
                Topic.of("dead", Serdes.string(), Serdes.int64()).withPartitions(1);
        builder.onError(ErrorPolicy.deadLetter(dead));
        builder.stream(everything.withPartitions(3))
                .repartition("again")
                .groupByKey()
                .reduce("sum", Long::sum)
                .toStream()
                .to(SUMS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            create(test, DE, 3);
            send(test, DE, 12);
            test.input(DE).toPartition(1).sendBytes(BytesView.ofUtf8("bad"), BytesView.ofUtf8("none"), 1);
            test.run();
            check(test, "all");
            assertThat(test.log().admin().committedOffsets("all").keySet())
                    .extracting(TopicPartition::topic)
                    .containsOnly("orders-de", "all-again-repartition");
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        Pipeline.Builder twice = Pipeline.named("twice");
        twice.stream(ORDERS).to(SUMS);
        twice.stream(DE).to(SUMS);
        assertThatThrownBy(twice::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("Topic 'orders-de' is read by a stream of its own, and matches 'orders-.*'");
        assertThatThrownBy(() -> TopicPattern.of("orders-(", Serdes.string(), Serdes.int64()))
                .hasMessageContaining("'orders-(' is no regular expression");
        assertThatThrownBy(() -> TopicPattern.of("", Serdes.string(), Serdes.int64()))
                .hasMessageContaining("A topic pattern is empty");
        assertThatThrownBy(() -> TopicPattern.of(
                        Pattern.compile("orders", Pattern.CASE_INSENSITIVE), Serdes.string(), Serdes.int64()))
                .hasMessageContaining("write them into it, such as (?i)orders");
        assertThat(TopicPattern.of(Pattern.compile("(?i)orders"), Serdes.string(), Serdes.int64())
                        .matches("ORDERS"))
                .isTrue();
        Pipeline.Builder overlap = Pipeline.named("overlap");
        overlap.stream(ORDERS).to(SUMS);
        overlap.stream(TopicPattern.of(".*-de", Serdes.string(), Serdes.int64()))
                .to(SUMS);
        Pipeline overlapping = overlap.build();
        try (PipelineTest test = PipelineTest.of(overlapping)) {
            create(test, DE, 3);
            assertThatThrownBy(test::run).hasStackTraceContaining("Topic 'orders-de' matches [orders-.*, .*-de]");
        }
    }

    @Test
    void theManifestHasThePatternAndThePicturesShowIt() {
        TopologyManifest manifest = TopologyManifest.of(Planner.plan(sums()));
        assertThat(TopologyManifest.parse(manifest.toText())).isEqualTo(manifest);
        assertThat(manifest.steps().get(0).reads()).containsExactly("pattern orders-.*");
        assertThat(TopologyPrinter.text(manifest)).contains("0: read topics orders-.*");
        assertThat(TopologyPrinter.dot(manifest)).contains("pattern orders-.*");
        assertThat(TopologyPrinter.mermaid(manifest)).contains("pattern orders-.*");
        Pipeline.Builder other = Pipeline.named("sums");
        other.stream(TopicPattern.of("orders-[a-z]{1,2}", Serdes.string(), Serdes.int64())
                        .withPartitions(3))
                .groupByKey()
                .reduce("sum", Long::sum)
                .toStream()
                .to(SUMS);
        TopologyManifest changed = TopologyManifest.of(Planner.plan(other.build()));
        assertThat(TopologyManifest.parse(changed.toText())).isEqualTo(changed);
        assertThat(EvolutionRule.decide(Optional.of(manifest), DeclaredTopology.of(other.build()))
                        .plan()
                        .refusals())
                .singleElement()
                .extracting(TopologyPlan.Entry::text)
                .isEqualTo(
                        "store 'sum' is another one: it was fed by [pattern orders-.*] and is fed by [pattern orders-[a-z]{1%2C2}]");
        assertThat(EvolutionRule.decide(Optional.of(manifest), DeclaredTopology.of(sums()))
                        .isChange())
                .isFalse();
    }
}
