package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.ProcessContext;
import io.millrace.dsl.Processor;
import io.millrace.dsl.RecordOrigin;
import io.millrace.dsl.StreamPartitioner;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopicChooser;
import io.millrace.log.Header;
import io.millrace.serde.Serdes;
import io.millrace.state.time.TimerSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Topics and partitions that functions choose, with what they are told of the record. */
class ChosenPlacesTest {
    private static final Topic<String, Long> WIDE =
            Topic.of("wide", Serdes.string(), Serdes.int64()).withPartitions(5);
    private static final Topic<String, Long> NARROW =
            Topic.of("narrow", Serdes.string(), Serdes.int64()).withPartitions(2);
    private static final Output<String, Long> SAID = Output.named("said");
    private static final Header URGENT = Header.ofUtf8("urgent", "yes");

    private static final TopicChooser<String, Long> BY_ORIGIN =
            (key, value, origin) -> origin.headers().contains(URGENT)
                            || origin.offset() == 3
                            || origin.timestamp() > 100
                            || origin.topicPartition().partition() == 2
                    ? WIDE
                    : NARROW;
    private static final StreamPartitioner<String, Long> LAST = (key, value, partitions) -> partitions - 1;

    @Test
    void theChooserSeesWhereTheRecordComesFromAndThePartitionerTheChosenTopic() {
        Pipeline.Builder builder = Pipeline.named("choose");
        builder.stream(Sums.NUMBERS).to(BY_ORIGIN, List.of(WIDE, NARROW), LAST);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            TestInputTopic<String, Long> first = test.input(Sums.NUMBERS).toPartition(0);
            first.send("plain", 1L, 10);
            first.withHeaders(URGENT).send("header", 2L, 20);
            first.send("late", 3L, 101);
            first.send("offset", 4L, 40);
            first.send("other", 5L, 50);
            test.run();
            test.crashAndRestart();
            test.input(Sums.NUMBERS).toPartition(2).send("partition", 6L, 60);
            test.run();
            assertThat(test.output(WIDE).readAll())
                    .extracting(TestRecord::partition, TestRecord::value)
                    .containsExactlyInAnyOrder(tuple(4, 2L), tuple(4, 3L), tuple(4, 4L), tuple(4, 6L));
            assertThat(test.output(NARROW).readAll())
                    .extracting(TestRecord::partition, TestRecord::value)
                    .containsExactly(tuple(1, 1L), tuple(1, 5L));
        }
    }

    /** What a timer tells has no place, and the chooser can know it. */
    @Test
    void whatATimerTellsHasNoRecordToComeFrom() {
        TimerSpec<String> timers = TimerSpec.eventTime("timers", Serdes.string());
        Pipeline.Builder builder = Pipeline.named("choose");
        builder.stream(Sums.NUMBERS)
                .process(
                        "wait",
                        stores -> {
                            stores.onTimer(timers, (key, time, context) -> context.emit(SAID, key, value(context)));
                            return (Processor<String, Long>) (key, value, context) -> {
                                stores.get(timers).set(key, context.timestamp());
                                context.emit(SAID, key, value(context));
                            };
                        },
                        timers)
                .output(SAID)
                .withSerdes(Serdes.string(), Serdes.int64())
                .to((key, value, origin) -> origin.hasRecord() ? WIDE : NARROW, List.of(WIDE, NARROW));
        PipelineTestSettings settings = PipelineTestSettings.defaults().withPartitions(1);
        try (PipelineTest test = PipelineTest.of(builder.build(), settings)) {
            test.input(Sums.NUMBERS).send("a", 1L, 10);
            test.run();
            assertThat(test.output(WIDE).readKeyValues()).containsExactly(Map.entry("a", 1L));
            assertThat(test.output(NARROW).readKeyValues()).containsExactly(Map.entry("a", 0L));
        }
    }

    private static long value(ProcessContext context) {
        RecordOrigin origin = context;
        return origin.hasRecord() ? 1 : 0;
    }

    @Test
    @SuppressWarnings("NullAway") // null is what is tested
    void nothingChosenIsAnErrorThatSaysWhatCanBe() {
        Pipeline.Builder builder = Pipeline.named("choose");
        builder.stream(Sums.NUMBERS).to((key, value, origin) -> null, List.of(WIDE, NARROW));
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(Sums.NUMBERS).send("a", 1L);
            assertThatThrownBy(test::run)
                    .hasStackTraceContaining(
                            "The TopicChooser that is given to to(...) chose null where 'wide' or 'narrow'"
                                    + " is to be chosen: return one of them")
                    .hasStackTraceContaining("filter(...)");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // null is what is tested
    void noListOfValuesIsAnErrorThatSaysWhatIsMeant() {
        Pipeline.Builder builder = Pipeline.named("choose");
        builder.stream(Sums.NUMBERS)
                .flatMapValues((Long value) -> (List<Long>) null)
                .withValueSerde(Serdes.int64())
                .to(WIDE);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(Sums.NUMBERS).send("a", 1L);
            assertThatThrownBy(test::run)
                    .hasStackTraceContaining("The function of flatMapValues(...) returned null: return an empty list");
        }
    }

    @Test
    void aRepartitionGoesWhereItsPartitionerSaysAndKeysMeetThere() {
        Pipeline.Builder builder = Pipeline.named("again");
        builder.stream(Sums.NUMBERS)
                .selectKey((key, value) -> value % 2 == 0 ? "even" : "odd")
                .withSerdes(Serdes.string(), Serdes.int64())
                .repartition("parity", 4, (key, value, partitions) -> key.equals("odd") ? partitions - 1 : 1)
                .<Long>processValues(
                        "where",
                        stores -> (key, value, context) ->
                                context.emit((long) context.topicPartition().partition()))
                .withValueSerde(Serdes.int64())
                .groupByKey()
                .reduce("sum", Long::sum)
                .toStream()
                .to(WIDE);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            for (long number = 0; number < 6; number++) {
                test.input(Sums.NUMBERS).send("k" + number, number);
            }
            test.run();
            test.crashAndRestart();
            test.input(Sums.NUMBERS).send("k7", 7L);
            test.run();
            assertThat(test.output(WIDE).readLatestPerKey()).isEqualTo(Map.of("even", 3L, "odd", 12L));
        }
    }

    @Test
    void aRepartitionThroughATopicOfTheUserGoesWhereItsPartitionerSays() {
        Pipeline.Builder builder = Pipeline.named("again");
        builder.stream(Sums.NUMBERS).repartition(WIDE, LAST).to(NARROW);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(Sums.NUMBERS).send("a", 1L);
            test.input(Sums.NUMBERS).send("b", 2L);
            test.run();
            assertThat(test.output(WIDE).readAll())
                    .extracting(TestRecord::partition)
                    .containsExactly(4, 4);
            assertThat(test.output(NARROW).readLatestPerKey()).isEqualTo(Map.of("a", 1L, "b", 2L));
        }
    }
}
