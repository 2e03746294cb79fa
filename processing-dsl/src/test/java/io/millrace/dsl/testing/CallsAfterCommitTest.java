package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AsyncCall;
import io.millrace.dsl.AsyncCalls;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.Durability;
import io.millrace.log.Header;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Values that are called about when they are committed: nobody is asked in vain, nothing is forgotten, nothing comes twice. */
class CallsAfterCommitTest {
    private static final Topic<String, Long> IN = Topic.of("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> OUT = Topic.of("out", Serdes.string(), Serdes.string());
    private static final Topic<BytesView, BytesView> LETTERS = Topic.of("letters", Serdes.bytes(), Serdes.bytes());
    private static final PipelineTestSettings ONE_PARTITION =
            PipelineTestSettings.defaults().withPartitions(1);
    private static final AsyncCalls FOUR = AsyncCalls.atMost(4).afterCommit();

    private final List<String> ids = new ArrayList<>();
    private int present;
    private int most;

    /** Takes as many milliseconds as the value says; fails if it is negative. */
    private CompletionStage<String> ask(String key, Long millis, AsyncCall call) {
        ids.add(call.id());
        present++;
        most = Math.max(most, present);
        return call.delay(Duration.ofMillis(Math.abs(millis))).thenCompose(done -> {
            present--;
            return millis < 0
                    ? CompletableFuture.failedFuture(new IllegalStateException("no " + millis))
                    : CompletableFuture.completedFuture(key + " took " + millis);
        });
    }

    private Pipeline pipeline(AsyncCalls calls, ErrorPolicy policy) {
        Pipeline.Builder builder = Pipeline.named("app").onError(policy);
        builder.stream(IN)
                .mapAsync("ask", this::ask, calls)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        return builder.build();
    }

    private Pipeline pipeline() {
        return pipeline(FOUR, ErrorPolicy.stop());
    }

    private static void send(PipelineTest test, String key, long... values) {
        for (long value : values) {
            test.input(IN).send(key, value);
        }
    }

    private static List<String> results(PipelineTest test) {
        return test.output(OUT).readValues();
    }

    @Test
    void resultsComeInTheOrderOfTheirKeysAndKeepWhatTheirRecordsHad() {
        try (PipelineTest test = PipelineTest.of(pipeline(), ONE_PARTITION)) {
            test.input(IN).send("a", 50L, 7);
            send(test, "a", 10);
            send(test, "b", 20);
            test.run();
            List<TestRecord<String, String>> results = test.output(OUT).readAll();
            assertThat(results).extracting(TestRecord::value).containsExactly("b took 20", "a took 50", "a took 10");
            assertThat(results.get(1).timestamp()).isEqualTo(7);
            assertThat(ids).containsExactly("app/ask/in-0@0", "app/ask/in-0@1", "app/ask/in-0@2");
            assertThat(test.state("ask")).isEmpty();
        }
    }

    @Test
    void noMoreWaitThanTheLimitAndACommitIsNotWaitedForInVain() {
        try (PipelineTest test = PipelineTest.of(pipeline(), ONE_PARTITION)) {
            for (int i = 0; i < 200; i++) {
                send(test, "key-" + i, 1 + i % 4);
            }
            test.advanceTime(Duration.ofSeconds(2));
            assertThat(results(test)).hasSize(200);
            assertThat(most).isEqualTo(4);
        }
    }

    /** The other branch takes the transaction back; nobody was asked yet. */
    @Test
    void nobodyIsAskedAboutWhatIsNotCommitted() {
        List<Long> refused = new ArrayList<>(List.of(2L));
        Pipeline.Builder builder = Pipeline.named("app").onError(ErrorPolicy.retry(3, Duration.ofMillis(1)));
        EventStream<String, Long> in = builder.stream(IN);
        in.mapAsync("ask", this::ask, FOUR)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        in.peek((key, value) -> {
            if (refused.remove(value)) {
                throw new IllegalStateException("once");
            }
        });
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            send(test, "a", 1, 2, 3);
            test.run();
            assertThat(results(test)).containsExactly("a took 1", "a took 2", "a took 3");
            assertThat(ids).doesNotHaveDuplicates();
        }
    }

    @Test
    void whereverTheProcessDiesEachIsAskedAndEachResultComesOnce() {
        for (long calls = 20; calls < 300; calls += 5) {
            for (CrashMode mode : CrashMode.values()) {
                ids.clear();
                PipelineTestSettings settings = ONE_PARTITION.withSeed(calls);
                if (mode == CrashMode.POWER) {
                    settings = settings.withDurability(Durability.POWER_LOSS);
                }
                try (PipelineTest test = PipelineTest.of(pipeline(), settings)) {
                    send(test, "a", 3, 5);
                    send(test, "b", 4, 1);
                    test.crashAfter(calls, mode);
                    test.run();
                    send(test, "c", 2);
                    test.run();
                    assertThat(results(test))
                            .as("after %s calls, %s", calls, mode)
                            .containsExactlyInAnyOrder("a took 3", "a took 5", "b took 4", "b took 1", "c took 2");
                    assertThat(Set.copyOf(ids)).hasSize(5);
                    assertThat(test.state("ask")).isEmpty();
                }
            }
        }
    }

    @Test
    void whoTakesPartitionsOverAsksAgain() {
        PipelineTestSettings settings = PipelineTestSettings.defaults().withPartitions(4);
        try (PipelineTest test = PipelineTest.of(pipeline(), settings)) {
            for (int i = 0; i < 40; i++) {
                send(test, "key-" + i, 20 + i);
            }
            test.advanceTime(Duration.ofMillis(30));
            test.addInstance();
            test.advanceTime(Duration.ofMillis(30));
            test.crashInstance(0);
            test.run();
            assertThat(results(test)).hasSize(40).doesNotHaveDuplicates();
            assertThat(new HashSet<>(ids)).hasSize(40);
        }
    }

    // --- what fails

    @Test
    void aCallThatFailsIsSetAsideAloneAndNobodyElseIsAskedAgain() {
        try (PipelineTest test = PipelineTest.of(
                pipeline(FOUR.withRetries(1, Duration.ofMillis(2)), ErrorPolicy.deadLetter(LETTERS)), ONE_PARTITION)) {
            test.input(IN).withHeaders(Header.ofUtf8("trace", "t")).send("a", 1L);
            send(test, "a", -2, 3);
            test.run();
            assertThat(results(test)).containsExactly("a took 1", "a took 3");
            assertThat(ids)
                    .containsExactlyInAnyOrder("app/ask/in-0@0", "app/ask/in-0@1", "app/ask/in-0@1", "app/ask/in-0@2");
            assertThat(test.deadLetters(LETTERS))
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.toString()).contains("no -2"));
            assertThat(test.state("ask")).isEmpty();
        }
    }

    @Test
    void thePolicysRetriesMakeTheCallAgain() {
        ErrorPolicy policy = ErrorPolicy.retry(2, Duration.ofMillis(5)).then(ErrorPolicy.skip());
        try (PipelineTest test = PipelineTest.of(pipeline(FOUR, policy), ONE_PARTITION)) {
            send(test, "a", -2, 3);
            test.run();
            assertThat(results(test)).containsExactly("a took 3");
            assertThat(ids).hasSize(4);
        }
    }

    @Test
    void theApplicationThatEndsForItAsksAgainAtTheNextStart() {
        List<Long> refused = new ArrayList<>(List.of(7L));
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .mapAsync(
                        "ask",
                        (key, value, call) -> refused.contains(value)
                                ? CompletableFuture.<String>failedFuture(new IllegalStateException("out of order"))
                                : ask(key, value, call),
                        FOUR)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            send(test, "a", 1, 7);
            assertThat(test.runUntilFailure())
                    .hasMessageContaining("The record of in-0 at offset 1 could not be processed")
                    .hasMessageContaining("out of order");
            refused.clear();
            test.crashAndRestart();
            test.run();
            assertThat(results(test)).containsExactly("a took 1", "a took 7");
        }
    }

    @Test
    void anAnswerThatTheStepsBehindRefuseIsGivenUp() {
        Pipeline.Builder builder = Pipeline.named("app").onError(ErrorPolicy.deadLetter(LETTERS));
        builder.stream(IN)
                .mapAsync("ask", this::ask, FOUR)
                .mapValues(value -> {
                    if (value.endsWith(" 2")) {
                        throw new IllegalArgumentException("two");
                    }
                    return value;
                })
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            send(test, "a", 1, 2, 3);
            test.run();
            assertThat(results(test)).containsExactly("a took 1", "a took 3");
            assertThat(test.deadLetters(LETTERS)).hasSize(1);
            assertThat(test.state("ask")).isEmpty();
        }
    }

    // --- time

    @Test
    void nothingClosesBeforeTheAnswerOfWhatCameBeforeItAlsoInTheNextLife() {
        Pipeline.Builder builder = Pipeline.named("app");
        FinalCounts.tell(
                builder.stream(IN)
                        .<Long>mapAsync(
                                "ask",
                                (key, value, call) ->
                                        call.delay(Duration.ofMillis(value)).thenApply(done -> value),
                                FOUR.withoutTimeout())
                        .withSerdes(Serdes.string(), Serdes.int64())
                        .groupByKey(),
                OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            test.input(IN).send("a", 100_000L, 5);
            test.input(IN).send("b", 1L, 7);
            test.input(IN).send("b", 2L, 1_000);
            test.advanceTime(Duration.ofSeconds(5));
            assertThat(results(test)).isEmpty();
            test.crashAndRestart();
            test.advanceTime(Duration.ofSeconds(5));
            // Of c the value comes behind 1000, and is late. The last window closes by the clock, as the input is idle.
            test.input(IN).send("c", 3L, 8);
            test.advanceTime(Duration.ofSeconds(105));
            assertThat(test.output(OUT).readKeyValues())
                    .containsExactly(Map.entry("a", "0: 1"), Map.entry("b", "0: 1"), Map.entry("b", "1000: 1"));
        }
    }

    /** What the tasks behind a topic are told is not more than what they have got. */
    @Test
    void nothingClosesBehindARepartitionEither() {
        Pipeline.Builder builder = Pipeline.named("app");
        FinalCounts.tell(
                builder.stream(IN)
                        .<Long>mapAsync(
                                "ask",
                                (key, value, call) ->
                                        call.delay(Duration.ofMillis(value)).thenApply(done -> value),
                                FOUR.withoutTimeout())
                        .withSerdes(Serdes.string(), Serdes.int64())
                        .groupBy("again", (key, value) -> "all", Serdes.string()),
                OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            test.input(IN).send("a", 100_000L, 5);
            test.input(IN).send("b", 1L, 7);
            test.input(IN).send("b", 2L, 1_000);
            test.advanceTime(Duration.ofSeconds(90));
            assertThat(test.output(OUT).isEmpty()).isTrue();
            test.advanceTime(Duration.ofSeconds(90));
            assertThat(results(test)).containsExactly("0: 2", "1000: 1");
        }
    }

    @Test
    void whateverGoesWrongTheResultsAreThoseOfACalmRun() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(Sums.NUMBERS)
                .mapAsync(
                        "ask",
                        (key, value, call) ->
                                call.delay(Duration.ofMillis(value * 3)).thenApply(done -> value),
                        AsyncCalls.atMost(4).afterCommit())
                .withSerdes(Serdes.string(), Serdes.int64())
                .groupByKey()
                .reduce("sum", Long::sum)
                .toStream()
                .to(Sums.SUMS);
        SimulationReport report = PipelineTest.simulate(builder.build())
                .feed(Sums.NUMBERS, (random, number) -> InputRecord.of("k" + random.nextInt(3), random.nextLong(5)))
                .withSeeds(60)
                .run();
        assertThat(report.faults()).containsKey(Fault.KILL);
    }

    @Test
    void howValuesAreKeptHasToBeKnown() {
        Pipeline.Builder builder = Pipeline.named("app");
        EventStream<String, String> unknown = builder.stream(IN).mapValues(value -> value + "!");
        assertThatThrownBy(() ->
                        unknown.mapAsync("ask", (key, value, call) -> CompletableFuture.completedFuture(value), FOUR))
                .hasMessageContaining("call withValueSerde(serde) before mapAsync(...)");
    }
}
