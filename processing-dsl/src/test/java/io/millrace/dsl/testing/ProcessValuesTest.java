package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Topic;
import io.millrace.dsl.ValueContext;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A step in plain code that keeps the key. */
class ProcessValuesTest {
    private static final KeyValueSpec<String, Long> SEEN = StoreSpec.keyValue("seen", Serdes.string(), Serdes.int64());
    private static final Topic<String, String> TEXTS = Topic.of("texts", Serdes.string(), Serdes.string());

    /** Says a number and how many there were of its key, and again a millisecond later if it is odd; nothing of a zero. */
    private static EventStream<String, String> numbered(Pipeline.Builder builder) {
        return builder.stream(Sums.NUMBERS)
                .processValues(
                        "number",
                        stores -> {
                            KeyValueStore<String, Long> seen = stores.get(SEEN);
                            return (String key, Long value, ValueContext<String> context) -> {
                                if (value == 0) {
                                    return;
                                }
                                Long before = seen.get(key);
                                long count = (before == null ? 0 : before) + 1;
                                seen.put(key, count);
                                context.emit(value + "#" + count);
                                if (value % 2 == 1) {
                                    context.emit(
                                            value + " of " + context.topicPartition() + "@" + context.offset(),
                                            context.timestamp() + 1);
                                }
                            };
                        },
                        SEEN);
    }

    @Test
    void valuesGoOnWithTheKeyOfTheirRecordAlsoInTheNextLife() {
        Pipeline.Builder builder = Pipeline.named("numbers");
        numbered(builder).to(TEXTS);
        PipelineTestSettings settings = PipelineTestSettings.defaults().withPartitions(1);
        try (PipelineTest test = PipelineTest.of(builder.build(), settings)) {
            test.input(Sums.NUMBERS).send("a", 2L, 10);
            test.input(Sums.NUMBERS).send("b", 3L, 20);
            test.run();
            test.crashAndRestart();
            test.input(Sums.NUMBERS).send("a", 0L, 25);
            test.input(Sums.NUMBERS).send("a", 4L, 30);
            test.run();
            assertThat(test.output(TEXTS).readAll())
                    .extracting(seen -> seen.key() + "=" + seen.value() + "@" + seen.timestamp())
                    .containsExactly("a=2#1@10", "b=3#1@20", "b=3 of numbers-0@1@21", "a=4#2@30");
        }
    }

    @Test
    void whatIsBehindItGoesByKeyWithoutARepartition() {
        Pipeline.Builder builder = Pipeline.named("numbers");
        numbered(builder).groupByKey().count("counts").toStream().to(Sums.SUMS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(Sums.NUMBERS).send("a", 2L);
            test.input(Sums.NUMBERS).send("b", 3L);
            test.run();
            assertThat(test.output(Sums.SUMS).readLatestPerKey()).isEqualTo(Map.of("a", 1L, "b", 2L));
        }
        Pipeline.Builder changed = Pipeline.named("numbers");
        EventStream<String, String> behind = changed.stream(Sums.NUMBERS)
                .selectKey((key, value) -> key)
                .processValues("say", stores -> (key, value, context) -> context.emit("x"));
        assertThatThrownBy(behind::groupByKey).hasMessageContaining("call repartition(name) before groupByKey()");
    }

    @Test
    void aContextThatIsKeptIsNoneAfterItsRecord() {
        List<ValueContext<Long>> kept = new ArrayList<>();
        Pipeline.Builder builder = Pipeline.named("numbers");
        builder.stream(Sums.NUMBERS)
                .<Long>processValues("keep", stores -> (key, value, context) -> {
                    kept.add(context);
                    context.emit(value);
                })
                .to(Sums.SUMS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(Sums.NUMBERS).send("a", 2L);
            test.run();
            assertThat(test.output(Sums.SUMS).readValues()).containsExactly(2L);
            assertThatThrownBy(() -> kept.get(0).emit(3L))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("during process() alone");
        }
    }

    @Test
    void timersHaveKeysOfTheirOwnSoTheyAreRefused() {
        EventStream<String, Long> numbers = Pipeline.named("numbers").stream(Sums.NUMBERS);
        assertThatThrownBy(() -> numbers.<Long>processValues(
                        "wait", stores -> (key, value, context) -> {}, TimerSpec.eventTime("timers", Serdes.string())))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("processValues 'wait' has timers 'timers'")
                .hasMessageContaining("use process(...)");
    }

    @Test
    void resultsThatNobodyUsesAreAForgottenStep() {
        Pipeline.Builder builder = Pipeline.named("numbers");
        numbered(builder);
        assertThatThrownBy(builder::build).hasMessageContaining("Nothing is done with 'output values'");
    }
}
