package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AsyncCall;
import io.millrace.dsl.AsyncCalls;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // null is tested where it is wrong
/** Values that are called about: their order, their limits, what fails, and that nothing comes twice. */
class MapAsyncTest {
    private static final Topic<String, Long> IN = Topic.of("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> OUT = Topic.of("out", Serdes.string(), Serdes.string());
    private static final PipelineTestSettings ONE_PARTITION =
            PipelineTestSettings.defaults().withPartitions(1);

    /** Somebody who takes as many milliseconds as the value says, and notes who asked. */
    private static final class Slow {
        private final List<String> ids = new ArrayList<>();
        private int present;
        private int most;

        CompletionStage<String> ask(String key, Long millis, AsyncCall call) {
            ids.add(call.id());
            present++;
            most = Math.max(most, present);
            return call.delay(Duration.ofMillis(millis)).thenApply(done -> {
                present--;
                return key + " took " + millis;
            });
        }
    }

    private final Slow slow = new Slow();

    private Pipeline pipeline(AsyncCalls calls) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .mapAsync("ask", slow::ask, calls)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        return builder.build();
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
    void aKeyKeepsItsOrderAndOthersOvertake() {
        try (PipelineTest test = PipelineTest.of(pipeline(AsyncCalls.atMost(10)), ONE_PARTITION)) {
            send(test, "a", 50, 10);
            send(test, "b", 20);
            test.run();
            assertThat(results(test)).containsExactly("b took 20", "a took 50", "a took 10");
            assertThat(slow.ids).containsExactly("app/ask/in-0@0", "app/ask/in-0@1", "app/ask/in-0@2");
        }
    }

    /** As the Javadoc of PipelineTest says it. */
    @Test
    void aFutureThatTheTestCompletesIsAwaitedWithoutATimeout() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .mapAsync(
                        "ask",
                        (key, value, call) -> answer,
                        AsyncCalls.atMost(1).withoutTimeout())
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            send(test, "a", 1);
            test.advanceTime(Duration.ofMinutes(1));
            assertThat(results(test)).isEmpty();
            answer.complete("answered");
            test.run();
            assertThat(results(test)).containsExactly("answered");
        }
    }

    @Test
    void theOrderOfTheInputIsKeptWhereItIsAskedFor() {
        try (PipelineTest test = PipelineTest.of(pipeline(AsyncCalls.atMost(10).inInputOrder()), ONE_PARTITION)) {
            send(test, "a", 50, 10);
            send(test, "b", 20);
            test.run();
            assertThat(results(test)).containsExactly("a took 50", "a took 10", "b took 20");
        }
    }

    @Test
    void noMoreAreUnderWayThanTheLimitAndNoFewerWhereThereIsWork() {
        try (PipelineTest test = PipelineTest.of(pipeline(AsyncCalls.atMost(3)), ONE_PARTITION)) {
            for (int i = 0; i < 20; i++) {
                send(test, "key-" + i, 5 + i % 4);
            }
            test.run();
            assertThat(results(test)).hasSize(20);
            assertThat(slow.most).isEqualTo(3);
        }
    }

    @Test
    void severalValuesOfOneRecordHaveIdsOfTheirOwnAndKeepTheLimitToo() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .flatMapValues(value -> List.of(value, value + 1, value + 2))
                .mapAsync(
                        "first",
                        (key, value, call) -> {
                            slow.ids.add(call.id());
                            return call.delay(Duration.ofMillis(30 - value)).thenApply(done -> value);
                        },
                        2)
                .flatMapValues(value -> List.of(value, -value))
                .mapAsync("second", (key, value, call) -> CompletableFuture.completedFuture(call.id()), 2)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            send(test, "a", 1);
            test.run();
            assertThat(slow.ids).containsExactly("app/first/in-0@0", "app/first/in-0@0#1", "app/first/in-0@0#2");
            assertThat(results(test))
                    .containsExactly(
                            "app/second/in-0@0",
                            "app/second/in-0@0#0.1",
                            "app/second/in-0@0#1.0",
                            "app/second/in-0@0#1.1",
                            "app/second/in-0@0#2.0",
                            "app/second/in-0@0#2.1");
        }
    }

    @Test
    void whereThereIsAlwaysSomethingUnderWayItIsCommittedAllTheSame() {
        try (PipelineTest test = PipelineTest.of(pipeline(AsyncCalls.atMost(2)), ONE_PARTITION)) {
            for (int i = 0; i < 2_000; i++) {
                send(test, "key-" + i % 10, 3 + i % 5);
            }
            test.advanceTime(Duration.ofSeconds(2));
            assertThat(results(test)).isNotEmpty();
            test.run();
            assertThat(results(test)).isNotEmpty();
            assertThat(slow.ids).hasSize(2_000).doesNotHaveDuplicates();
        }
    }

    // --- what fails

    private Pipeline failing(AsyncCalls calls, ErrorPolicy policy) {
        Pipeline.Builder builder = Pipeline.named("app").onError(policy);
        builder.stream(IN)
                .<String>mapAsync(
                        "ask",
                        (key, value, call) -> {
                            slow.ids.add(value + "/" + call.attempt());
                            if (value < 0) {
                                return call.delay(Duration.ofMillis(5))
                                        .thenCompose(done -> CompletableFuture.failedFuture(new IllegalStateException(
                                                "no " + value + " at attempt " + call.attempt())));
                            }
                            return call.delay(Duration.ofMillis(value)).thenApply(done -> "yes " + value);
                        },
                        calls)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        return builder.build();
    }

    @Test
    void aCallThatFailsIsMadeAgainAndThenItsRecordHasFailed() {
        AsyncCalls calls = AsyncCalls.atMost(4).withRetries(2, Duration.ofMillis(7));
        Topic<BytesView, BytesView> letters = Topic.of("letters", Serdes.bytes(), Serdes.bytes());
        try (PipelineTest test = PipelineTest.of(failing(calls, ErrorPolicy.deadLetter(letters)), ONE_PARTITION)) {
            send(test, "a", 1, -2, 3);
            test.run();
            assertThat(results(test)).containsExactly("yes 1", "yes 3");
            assertThat(slow.ids)
                    .startsWith("1/1", "-2/1", "3/1")
                    .contains("-2/2", "-2/3")
                    .doesNotContain("-2/4");
            assertThat(test.deadLetters(letters))
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.toString()).contains("no -2 at attempt 3"));
        }
    }

    @Test
    void theRecordIsNamedWhenTheApplicationEnds() {
        try (PipelineTest test = PipelineTest.of(failing(AsyncCalls.atMost(4), ErrorPolicy.stop()), ONE_PARTITION)) {
            send(test, "a", 1, -2, 3);
            assertThat(test.runUntilFailure())
                    .hasMessageContaining("The record of in-0 at offset 1 could not be processed")
                    .hasMessageContaining("no -2 at attempt 1");
            assertThat(results(test)).isEmpty();
        }
    }

    @Test
    void anAnswerThatTakesTooLongIsNotHeard() {
        AsyncCalls calls =
                AsyncCalls.atMost(4).withTimeout(Duration.ofMillis(20)).withRetries(1, Duration.ZERO);
        try (PipelineTest test = PipelineTest.of(failing(calls, ErrorPolicy.skip()), ONE_PARTITION)) {
            send(test, "a", 1, 30, 3);
            test.run();
            assertThat(results(test)).containsExactly("yes 1", "yes 3");
            assertThat(slow.ids).contains("30/1", "30/2");
        }
        slow.ids.clear();
        try (PipelineTest test = PipelineTest.of(failing(calls, ErrorPolicy.stop()), ONE_PARTITION)) {
            send(test, "a", 30);
            assertThat(test.runUntilFailure())
                    .hasRootCauseInstanceOf(TimeoutException.class)
                    .hasRootCauseMessage("Nobody answered attempt 2 within 20 ms, of app/ask/in-0@0");
            assertThat(slow.ids).containsExactly("30/1", "30/2");
        }
    }

    @Test
    void whatIsAnsweredAfterAllToAnEarlierAttemptIsNotHeard() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .mapAsync(
                        "ask",
                        (key, value, call) -> ((CompletableFuture<Void>)
                                        call.delay(Duration.ofMillis(call.attempt() == 1 ? 30 : 15)))
                                .thenApply(done -> "attempt " + call.attempt())
                                .minimalCompletionStage(),
                        AsyncCalls.atMost(1).withTimeout(Duration.ofMillis(20)).withRetries(1, Duration.ZERO))
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            send(test, "a", 1, 2);
            test.run();
            assertThat(results(test)).containsExactly("attempt 2", "attempt 2");
        }
    }

    /** The transaction is taken back for it, but those that have answered, and those that are about to, are not asked again. */
    @Test
    void oneThatFailsHasNobodyElseAskedAgain() {
        Map<Long, CompletableFuture<String>> asked = new HashMap<>();
        List<Long> calls = new ArrayList<>();
        Pipeline.Builder builder = Pipeline.named("app").onError(ErrorPolicy.skip());
        builder.stream(IN)
                .mapAsync(
                        "ask",
                        (key, value, call) -> {
                            calls.add(value);
                            CompletableFuture<String> answer = new CompletableFuture<>();
                            asked.put(value, answer);
                            return answer;
                        },
                        8)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            send(test, "a", 1, 2);
            send(test, "b", 3, 4);
            test.advanceTime(Duration.ofMillis(20));
            asked.get(1L).complete("one");
            asked.get(3L).complete("three");
            test.advanceTime(Duration.ofMillis(20));
            asked.get(4L).completeExceptionally(new IllegalStateException("no"));
            test.advanceTime(Duration.ofMillis(20));
            asked.get(2L).complete("two");
            test.run();
            assertThat(results(test)).containsExactlyInAnyOrder("one", "two", "three");
            assertThat(calls).containsExactly(1L, 2L, 3L, 4L);
        }
    }

    @Test
    void whatFailsBehindTheStepIsItsRecordsToo() {
        Pipeline.Builder builder = Pipeline.named("app").onError(ErrorPolicy.skip());
        builder.stream(IN)
                .mapAsync("ask", slow::ask, 4)
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
        }
    }

    @Test
    void aRecordThatFailsElsewhereTakesItsCallBack() {
        List<Long> refused = new ArrayList<>(List.of(2L));
        Pipeline.Builder builder = Pipeline.named("app").onError(ErrorPolicy.retry(3, Duration.ofMillis(1)));
        EventStream<String, Long> in = builder.stream(IN);
        in.mapAsync("ask", slow::ask, 4)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        in.peek((key, value) -> {
            if (refused.remove(value)) {
                throw new IllegalStateException("once");
            }
        });
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            send(test, "a", 2);
            test.run();
            assertThat(results(test)).containsExactly("a took 2");
            assertThat(slow.ids).containsExactly("app/ask/in-0@0", "app/ask/in-0@0");
        }
    }

    @Test
    void aFunctionThatThrowsOrReturnsNothingHasFailed() {
        for (UnaryOperator<CompletionStage<String>> wrong :
                List.<UnaryOperator<CompletionStage<String>>>of(stage -> null, stage -> {
                    throw new IllegalStateException("at once");
                })) {
            Pipeline.Builder builder = Pipeline.named("app").onError(ErrorPolicy.skip());
            builder.stream(IN)
                    .mapAsync(
                            "ask", (key, value, call) -> value == 2 ? wrong.apply(null) : slow.ask(key, value, call), 4)
                    .withSerdes(Serdes.string(), Serdes.string())
                    .to(OUT);
            try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
                send(test, "a", 1, 2, 3);
                test.run();
                assertThat(results(test)).containsExactly("a took 1", "a took 3");
            }
        }
    }

    // --- time

    @Test
    void nothingClosesBeforeTheAnswerOfWhatCameBeforeIt() {
        Pipeline.Builder builder = Pipeline.named("app");
        FinalCounts.tell(
                builder.stream(IN)
                        .<Long>mapAsync(
                                "ask",
                                (key, value, call) ->
                                        call.delay(Duration.ofMillis(value)).thenApply(done -> value),
                                4)
                        .withSerdes(Serdes.string(), Serdes.int64())
                        .groupByKey(),
                OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), ONE_PARTITION)) {
            test.input(IN).send("a", 100L, 5);
            test.input(IN).send("b", 1L, 7);
            test.input(IN).send("b", 2L, 1_000);
            test.input(IN).send("c", 3L, 8);
            test.run();
            // Of c the value came behind 1000, and is late.
            assertThat(test.output(OUT).readKeyValues())
                    .containsExactly(Map.entry("a", "0: 1"), Map.entry("b", "0: 1"));
        }
    }

    // --- nothing comes twice

    @Test
    void whatWasUnderWayIsCalledAgainUnderTheSameIdAndComesOnce() {
        for (long calls = 20; calls < 200; calls += 7) {
            slow.ids.clear();
            try (PipelineTest test = PipelineTest.of(pipeline(AsyncCalls.atMost(4)), ONE_PARTITION.withSeed(calls))) {
                send(test, "a", 3, 5);
                send(test, "b", 4, 1);
                test.crashAfter(calls, CrashMode.PROCESS);
                test.run();
                send(test, "c", 2);
                test.run();
                assertThat(results(test))
                        .containsExactlyInAnyOrder("a took 3", "a took 5", "b took 4", "b took 1", "c took 2");
                assertThat(slow.ids.stream().distinct()).hasSize(5);
            }
        }
    }

    @Test
    void whoTakesPartitionsOverMakesTheCallsAgain() {
        PipelineTestSettings settings = PipelineTestSettings.defaults().withPartitions(4);
        try (PipelineTest test = PipelineTest.of(pipeline(AsyncCalls.atMost(2)), settings)) {
            for (int i = 0; i < 40; i++) {
                send(test, "key-" + i, 20 + i);
            }
            test.advanceTime(Duration.ofMillis(30));
            test.addInstance();
            test.advanceTime(Duration.ofMillis(30));
            test.crashInstance(0);
            test.run();
            assertThat(results(test)).hasSize(40).doesNotHaveDuplicates();
        }
    }

    @Test
    void whateverGoesWrongEachAnswerIsAddedOnce() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(Sums.NUMBERS)
                .mapAsync(
                        "ask",
                        (key, value, call) ->
                                call.delay(Duration.ofMillis(value * 3)).thenApply(done -> value),
                        AsyncCalls.atMost(4).withTimeout(Duration.ofSeconds(5)))
                .withSerdes(Serdes.string(), Serdes.int64())
                .groupByKey()
                .reduce("sum", Long::sum)
                .toStream()
                .to(Sums.SUMS);
        SimulationReport report = PipelineTest.simulate(builder.build())
                .feed(Sums.NUMBERS, (random, number) -> InputRecord.of("k" + random.nextInt(3), random.nextLong(5)))
                .invariant("sums are those of what was consumed", cut -> {
                    Map<Object, Object> expected = new HashMap<>();
                    cut.consumed(Sums.NUMBERS)
                            .forEach(record ->
                                    expected.merge(record.key(), record.value(), (a, b) -> (long) a + (long) b));
                    assertThat(cut.state("sum")).isEqualTo(expected);
                })
                .withSeeds(60)
                .run();
        assertThat(report.faults()).containsKey(Fault.KILL);
    }

    @Test
    void wrongUseIsToldAtOnce() {
        Pipeline.Builder builder = Pipeline.named("app");
        assertThatThrownBy(() -> builder.stream(IN).mapAsync("ask", slow::ask, 0))
                .hasMessageContaining("mapAsync makes at least 1 call at a time, got 0");
        assertThatThrownBy(() -> AsyncCalls.atMost(1).withRetries(-1, Duration.ZERO))
                .hasMessageContaining("0 times or more");
        assertThatThrownBy(() -> AsyncCalls.atMost(1).withTimeout(Duration.ZERO))
                .hasMessageContaining("The timeout of a call");
        assertThatThrownBy(() -> builder.stream(IN).mapAsync("an ask", slow::ask, 1))
                .hasMessageContaining("A step's name has 1 to 100 characters");
        assertThatThrownBy(() -> builder.stream(IN).mapAsync("ask", null, 1))
                .hasMessageContaining("A function is missing");
        builder.stream(IN).mapAsync("ask", slow::ask, 1);
        builder.stream(IN).mapAsync("ask", slow::ask, 1);
        assertThatThrownBy(builder::build).hasMessageContaining("Two steps are called 'ask'");
    }
}
