package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Table;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.log.TopicSettings;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Results that come of time and not of a record: what cannot be written ends the application in words, and what has no key is written all the same. */
class TimedProductionErrorTest {
    private static final Duration SIZE = Duration.ofSeconds(10);
    private static final Serde<Windowed<String>> WINDOWED = WindowedSerdes.time(Serdes.string(), SIZE);
    private static final Topic<String, String> IN =
            Topic.of("in", Serdes.string(), Serdes.string()).withPartitions(3);
    private static final Topic<Windowed<String>, String> LISTS = Topic.of("lists", WINDOWED, Serdes.string())
            .withPartitions(3)
            .withSettings(TopicSettings.defaults().withMaxRecordBytes(100_000));
    private static final Topic<String, Long> FIRED =
            Topic.of("fired", Serdes.string(), Serdes.int64()).withPartitions(3);
    private static final TimerSpec<String> TIMERS = TimerSpec.eventTime("timers", Serdes.string());
    private static final KeyValueSpec<String, String> KEPT =
            StoreSpec.keyValue("kept", Serdes.string(), Serdes.string());
    private static final Output<String, Long> OUT = Output.named("out");

    private static Table<Windowed<String>, String> lists(Pipeline.Builder builder) {
        return builder.stream(IN)
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(SIZE))
                .emitFinal()
                .reduce("list", (list, text) -> list + text);
    }

    /** Others may have policies for records: a window is made of many. */
    @Test
    void aWindowThatIsTooLargeEndsTheApplicationWithItsStepItsKeyAndItsTopic() {
        Pipeline.Builder builder = Pipeline.named("app").onProductionError(ErrorPolicy.skip());
        lists(builder).toStream().to(LISTS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(IN).toPartition(1).send("k", "x".repeat(60_000), 1_000);
            test.input(IN).toPartition(1).send("k", "y".repeat(60_000), 2_000);
            test.run();
            assertThat(test.state("list")).hasSize(1);
            test.input(IN).toPartition(1).send("k", "z", 10_000);
            assertThat(test.runUntilFailure())
                    .isInstanceOf(TimerFailedException.class)
                    .hasMessageContaining("The timer of step 'list' for key")
                    .hasMessageContaining("at 10000")
                    .hasMessageContaining("attempt 6")
                    .hasMessageContaining("A result for topic 'lists' could not be written")
                    .hasMessageContaining("larger than topic lists takes")
                    .hasMessageContaining("start again");
            assertThat(test.output(LISTS).readAll()).isEmpty();

            // Nothing is lost: with a larger limit it goes on.
            test.log().admin().alterTopic("lists", TopicSettings.defaults().withMaxRecordBytes(4 << 20));
            test.crashAndRestart();
            test.run();
            assertThat(test.output(LISTS).readValues())
                    .singleElement()
                    .satisfies(list -> assertThat(list).hasSize(120_000));
        }
    }

    private static Pipeline timers(boolean isKept) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .process(
                        "wait",
                        stores -> {
                            Timers<String> timers = stores.get(TIMERS);
                            KeyValueStore<String, String> kept = stores.get(KEPT);
                            stores.onTimer(TIMERS, (key, time, context) -> {
                                if (isKept) {
                                    kept.put(key, "x".repeat(2_000_000));
                                }
                                context.emit(OUT, null, time);
                            });
                            return (key, value, context) -> timers.set(key, context.timestamp() + 5);
                        },
                        TIMERS,
                        KEPT)
                .output(OUT)
                .to(FIRED);
        return builder.build();
    }

    @Test
    void anEntryThatIsTooLargeForItsStoreEndsTheApplicationAlike() {
        try (PipelineTest test = PipelineTest.of(timers(true))) {
            test.input(IN).toPartition(2).send("k", "", 10);
            test.input(IN).toPartition(2).send("l", "", 20);
            assertThat(test.runUntilFailure())
                    .isInstanceOf(TimerFailedException.class)
                    .hasMessageContaining("The timer of step 'wait' for key k at 15")
                    .hasMessageContaining("kept");
            assertThat(test.output(FIRED).readAll()).isEmpty();
        }
    }

    @Test
    void whatATimerEmitsWithoutAKeyStaysInTheNumberOfItsPartition() {
        try (PipelineTest test = PipelineTest.of(timers(false))) {
            for (int partition = 0; partition < 3; partition++) {
                test.input(IN).toPartition(partition).send("k", "", 10L * partition);
                test.input(IN).toPartition(partition).send("l", "", 100);
            }
            test.run();
            for (int partition = 0; partition < 3; partition++) {
                assertThat(test.output(FIRED).readPartition(partition))
                        .singleElement()
                        .satisfies(record -> {
                            assertThat(record.key()).isNull();
                            assertThat(record.value()).isEqualTo(5 + 10L * record.partition());
                        });
            }
        }
    }

    /** The subscription of a row that refers to nothing has no key. */
    @Test
    void aWindowThatClosesMayReferToNothing() {
        Topic<String, String> names = Topic.of("names", Serdes.string(), Serdes.string());
        Pipeline.Builder builder = Pipeline.named("app");
        Table<String, String> others = builder.table(names, "names");
        lists(builder)
                .materialize("told")
                .leftJoin(
                        "named",
                        others,
                        (window, list) -> list.isEmpty() ? null : list,
                        (list, name) -> list + "=" + name,
                        Serdes.string())
                .toStream()
                .to(LISTS);
        try (PipelineTest test =
                PipelineTest.of(builder.build(), PipelineTestSettings.defaults().withPartitions(3))) {
            test.input(names).send("a", "A", 0);
            for (int partition = 0; partition < 3; partition++) {
                test.input(IN).toPartition(partition).send("empty-" + partition, "", 1_000);
                test.input(IN).toPartition(partition).send("full-" + partition, "a", 1_000);
                test.input(IN).toPartition(partition).send("next", "b", 10_000);
            }
            test.run();
            // Nothing comes from the other table, which holds event time back until it is idle.
            test.advanceTime(Duration.ofSeconds(35));
            Map<Windowed<String>, String> results = test.output(LISTS).readLatestPerKey();
            for (int partition = 0; partition < 3; partition++) {
                assertThat(results)
                        .containsEntry(new Windowed<>("empty-" + partition, 0, 10_000), "=null")
                        .containsEntry(new Windowed<>("full-" + partition, 0, 10_000), "a=A");
            }
            assertThat(results).hasSize(6);
        }
    }
}
