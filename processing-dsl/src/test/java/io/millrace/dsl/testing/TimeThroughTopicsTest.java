package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.log.Durability;
import io.millrace.log.Header;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicPartition;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Watermarks travel through the topics between steps: a window behind one closes as one in front of it does, and nothing is late there that was not before. */
class TimeThroughTopicsTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(2);
    /** One task writes each partition. */
    private static final Topic<String, String> OUT =
            Topic.of("out", Serdes.string(), Serdes.string()).withPartitions(3);

    private static final Topic<String, Long> LATE = Topic.of("late", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> BETWEEN =
            Topic.of("app-again-repartition", Serdes.string(), Serdes.int64());
    private static final long SIZE = 10;
    private static final long LAG = Duration.ofHours(1).toMillis();
    private static final long START = 1_000_000;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final UnaryOperator<AppSettings> WITH_TIMEOUT = settings -> settings.withIdleTimeout(IDLE);
    private static final UnaryOperator<AppSettings> WITHOUT_TIMEOUT = AppSettings::withoutIdleTimeout;

    /** How many of each key are in the windows, by key and start. */
    private final Map<String, Long> expected = new TreeMap<>();

    // --- the pipeline

    private static Pipeline pipeline(UnaryOperator<EventStream<String, Long>> topics) {
        Pipeline.Builder builder = Pipeline.named("app");
        return counting(builder, topics.apply(builder.stream(IN)), SIZE);
    }

    /** Counts by key in windows without grace, and says of each how many, once. */
    private static Pipeline counting(Pipeline.Builder builder, EventStream<String, Long> input, long size) {
        var counts = input.groupByKey()
                .windowedBy(TimeWindows.tumbling(Duration.ofMillis(size)))
                .emitFinal()
                .count("counts");
        counts.toStream()
                .map((window, count) -> window.key(), (window, count) -> window.start() + "=" + count)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        counts.late().to(LATE);
        return builder.build();
    }

    private static EventStream<String, Long> again(EventStream<String, Long> stream) {
        return stream.selectKey((key, value) -> "k" + value % 5)
                .withSerdes(Serdes.string(), Serdes.int64())
                .repartition("again", 3);
    }

    private static PipelineTestSettings settings(UnaryOperator<AppSettings> application) {
        return PipelineTestSettings.defaults()
                .withDurability(Durability.POWER_LOSS)
                .withApplication(application);
    }

    private static PipelineTest start(UnaryOperator<AppSettings> application) {
        return PipelineTest.of(pipeline(TimeThroughTopicsTest::again), settings(application));
    }

    // --- the input

    private void send(PipelineTest test, int partition, long value, long time) {
        test.input(IN).toPartition(partition).send("x" + value, value, time);
        expected.merge("k" + value % 5 + "@" + time / SIZE * SIZE, 1L, Long::sum);
    }

    private void sendMany(PipelineTest test, int partition, int count, long from) {
        for (int i = 0; i < count; i++) {
            send(test, partition, i, from + 3L * i);
        }
    }

    /** Brings both partitions so far that all windows close, but for their own. */
    private static void closeAll(PipelineTest test) {
        for (int partition = 0; partition < 2; partition++) {
            test.input(IN).toPartition(partition).send("end", 0L, START + 10 * LAG);
        }
        test.run();
    }

    private void check(PipelineTest test, String story) {
        assertThat(test.output(LATE).readAll())
                .as("late in %s of %s", story, test)
                .isEmpty();
        Map<String, Long> found = new TreeMap<>();
        TestOutputTopic<String, String> out = test.output(OUT);
        for (int partition = 0; partition < 3; partition++) {
            long before = 0;
            for (TestRecord<String, String> record : out.readPartition(partition)) {
                String[] told = record.value().split("=", 2);
                long windowStart = Long.parseLong(told[0]);
                assertThat(found.put(record.key() + "@" + windowStart, Long.parseLong(told[1])))
                        .as("told before %s", record)
                        .isNull();
                assertThat(windowStart).as("order in %s of %s", story, test).isGreaterThanOrEqualTo(before);
                before = windowStart;
            }
        }
        assertThat(found).as("%s of %s", story, test).isEqualTo(expected);
    }

    // --- who is behind

    @Test
    void aPartitionThatLagsByAnHourIsNotLateBehindATopic() {
        for (UnaryOperator<AppSettings> application : List.of(WITHOUT_TIMEOUT, WITH_TIMEOUT)) {
            expected.clear();
            try (PipelineTest test = start(application)) {
                send(test, 1, 0, START);
                for (int i = 1; i < 5; i++) {
                    sendMany(test, 0, 20, START + i * LAG);
                    test.run();
                }
                for (int i = 0; i < 4; i++) {
                    sendMany(test, 1, 20, START + i * LAG);
                    test.run();
                }
                closeAll(test);
                check(test, "a lag");
            }
        }
    }

    @Test
    void itIsNotLateOverAnyNumberOfTopics() {
        UnaryOperator<EventStream<String, Long>> three = stream -> again(
                stream.repartition("first", 4).filter((key, value) -> true).repartition("second", 1));
        try (PipelineTest test =
                PipelineTest.of(pipeline(three), settings(WITHOUT_TIMEOUT).withLoops(2))) {
            send(test, 1, 0, START);
            sendMany(test, 0, 20, START + LAG);
            test.run();
            sendMany(test, 1, 20, START);
            test.run();
            closeAll(test);
            check(test, "three topics");
        }
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void whatWasToldIsKeptWhereverTheProcessDies(CrashMode mode) {
        int deaths = 1;
        for (long call = 0; deaths > 0; call++) {
            expected.clear();
            PipelineTestSettings settings = settings(app -> app.withoutIdleTimeout()
                            .withTransactionRecords(4)
                            .withRepartitionPurgeInterval(Duration.ofMillis(20)))
                    .withSeed(call)
                    .withLoops(2);
            try (PipelineTest test = PipelineTest.of(pipeline(TimeThroughTopicsTest::again), settings)) {
                send(test, 1, 0, START);
                sendMany(test, 0, 6, START + LAG);
                test.run();
                test.crashAfter(call, mode);
                test.advanceTime(Duration.ofMillis(60));
                sendMany(test, 0, 4, START + 2 * LAG);
                test.run();
                sendMany(test, 1, 6, START + LAG / 2);
                test.run();
                closeAll(test);
                check(test, "dead in call " + call);
                deaths = test.restarts();
            }
        }
    }

    /** Its records are there, and cannot be processed yet: after a restart that is known of it, as before. */
    @Test
    void aWriterThatIsBehindIsWaitedForAfterARestartAsLongAsItTakes() {
        boolean[] works = {true};
        Pipeline.Builder builder = Pipeline.named("app");
        builder.onError(ErrorPolicy.retry(1_000_000, Duration.ofSeconds(1)));
        EventStream<String, Long> in = builder.stream(IN).peek((key, value) -> {
            if (value == 4 && !works[0]) {
                throw new IllegalStateException("not now");
            }
        });
        Pipeline pipeline = counting(builder, again(in), SIZE);
        try (PipelineTest test = PipelineTest.of(pipeline, settings(WITH_TIMEOUT))) {
            send(test, 1, 0, START);
            send(test, 0, 1, START + LAG);
            test.run();
            works[0] = false;
            send(test, 1, 4, START + 1);
            test.crashAndRestart();
            for (int i = 0; i < 5; i++) {
                send(test, 0, 2, START + (2 + i) * LAG);
                test.advanceTime(IDLE);
            }
            assertThat(test.output(OUT).isEmpty()).isTrue();
            works[0] = true;
            test.run();
            closeAll(test);
            check(test, "a writer that could not work");
        }
    }

    @Test
    void whatIsAheadNeedNotSayAgainAfterARestartHowFarItIs() {
        try (PipelineTest test = start(WITHOUT_TIMEOUT)) {
            send(test, 0, 1, START + LAG);
            send(test, 1, 2, START);
            test.run();
            test.powerLossAndRestart();
            send(test, 1, 3, START + 2 * SIZE);
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactly(START + "=1");
            test.crashAndRestart();
            test.input(IN).toPartition(1).send("x", 4L, START + 2 * LAG);
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactlyInAnyOrder(START + "=1", START + 2 * SIZE + "=1");
        }
    }

    // --- who is idle

    @Test
    void aPartitionThatIsIdleHoldsNothingBackBehindTheTopicEither() {
        try (PipelineTest test = start(WITH_TIMEOUT)) {
            TestOutputTopic<String, String> out = test.output(OUT);
            send(test, 0, 0, START);
            send(test, 1, 1, START);
            test.run();
            test.advanceTime(IDLE.minusSeconds(2));
            send(test, 0, 2, START + LAG);
            test.run();
            test.advanceTime(Duration.ofSeconds(1));
            assertThat(out.isEmpty()).isTrue();
            test.advanceTime(Duration.ofMillis(1_100));
            assertThat(out.readLatestPerKey()).isEqualTo(Map.of("k0", START + "=1", "k1", START + "=1"));
        }
    }

    @Test
    void aPartitionThatNeverHadARecordHoldsTimeBackForTheTimeoutOnce() {
        try (PipelineTest test = start(WITH_TIMEOUT)) {
            TestOutputTopic<String, String> out = test.output(OUT);
            send(test, 0, 0, START);
            test.run();
            test.advanceTime(IDLE.minusSeconds(1));
            send(test, 0, 1, START + LAG);
            test.run();
            assertThat(out.isEmpty()).isTrue();
            test.advanceTime(Duration.ofMillis(1_100));
            assertThat(out.readLatestPerKey()).isEqualTo(Map.of("k0", START + "=1"));
            send(test, 0, 2, START + 2 * LAG);
            test.run();
            assertThat(out.readLatestPerKey()).isEqualTo(Map.of("k1", START + LAG + "=1"));
        }
    }

    /** How long after its records the last window closes, by the clock alone. */
    private static Duration untilClosed(UnaryOperator<EventStream<String, Long>> topics) {
        try (PipelineTest test = PipelineTest.of(pipeline(topics), settings(WITH_TIMEOUT))) {
            for (int i = 0; i < 10; i++) {
                test.input(IN).toPartition(i % 2).send("k" + i % 5, (long) i, START + i);
            }
            test.run();
            TestOutputTopic<String, String> out = test.output(OUT);
            Duration passed = Duration.ZERO;
            int closed = 0;
            while (closed < 5 && passed.compareTo(IDLE.multipliedBy(4)) < 0) {
                test.advanceTime(Duration.ofMillis(1));
                passed = passed.plusMillis(1);
                closed += out.readAll().size();
            }
            assertThat(closed).isEqualTo(5);
            return passed;
        }
    }

    @Test
    void whenAllIsIdleWindowsCloseAfterThreeTopicsWhenTheyDoWithoutOne() {
        Duration direct = untilClosed(stream -> stream);
        Duration behind = untilClosed(
                stream -> stream.repartition("a", 3).repartition("b", 2).repartition("c", 2));
        assertThat(behind).isBetween(direct, direct.plusMillis(5));
    }

    /** In one task the second window gets what the first one tells before it closes itself; so it does when both go by the clock in tasks of their own. */
    @Test
    void aWindowBehindAWindowWaitsForItAlsoWhenBothGoByTheClock() {
        long minute = 60_000;
        Pipeline.Builder builder = Pipeline.named("app");
        var first = again(builder.stream(IN))
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(Duration.ofMillis(minute)))
                .emitFinal()
                .count("first");
        EventStream<String, Long> told = first.toStream((window, count) -> window.key())
                .withSerdes(Serdes.string(), Serdes.int64())
                .repartition("behind", 2)
                .filter((key, value) -> true)
                .repartition("further", 3);
        try (PipelineTest test = PipelineTest.of(
                counting(builder, told, minute), settings(WITH_TIMEOUT).withLoops(2))) {
            TestOutputTopic<String, String> out = test.output(OUT);
            for (int i = 0; i < 40; i++) {
                test.input(IN).toPartition(i % 2).send("x", i % 5L, START + i);
            }
            test.run();
            test.advanceTime(IDLE.plusSeconds(1));
            assertThat(out.isEmpty()).isTrue();
            // At once, for all tasks: which of them looks at the clock first is luck.
            test.takeTime(Duration.ofMinutes(2));
            test.advanceTime(IDLE);
            assertThat(test.output(LATE).isEmpty()).isTrue();
            assertThat(out.readValues()).hasSize(5).allMatch(value -> value.endsWith("=1"));
            Map<TopicPartition, Long> ends = ends(test);
            test.advanceTime(Duration.ofHours(1));
            assertThat(ends(test)).isEqualTo(ends);
        }
    }

    /** It is said once: where its transaction is aborted, nobody has heard it. */
    @Test
    void whatWasSaidInATransactionThatFailedIsSaidAgain() {
        try (PipelineTest test = start(WITH_TIMEOUT)) {
            send(test, 0, 0, START);
            send(test, 1, 1, START);
            test.run();
            test.advanceTime(IDLE.minusMillis(100));
            long aborted = test.status().transactionsAborted();
            test.failNextWrite();
            test.advanceTime(Duration.ofSeconds(20));
            assertThat(test.status().transactionsAborted()).isGreaterThan(aborted);
            assertThat(test.output(OUT).readLatestPerKey()).isEqualTo(Map.of("k0", START + "=1", "k1", START + "=1"));
        }
    }

    // --- at rest

    private static Map<TopicPartition, Long> ends(PipelineTest test) {
        Map<TopicPartition, Long> ends = new TreeMap<>();
        LogAdmin admin = test.log().admin();
        admin.topics().forEach(topic -> {
            for (int partition = 0; partition < topic.partitions(); partition++) {
                TopicPartition one = new TopicPartition(topic.name(), partition);
                ends.put(one, admin.endOffset(one, Isolation.READ_UNCOMMITTED));
            }
        });
        return ends;
    }

    @Test
    void withoutInputNothingIsWrittenOnceAllIsIdle() {
        UnaryOperator<EventStream<String, Long>> three = stream -> again(
                stream.repartition("first", 4).filter((key, value) -> true).repartition("second", 1));
        for (int lives = 0; lives < 3; lives++) {
            try (PipelineTest test = PipelineTest.of(pipeline(three), settings(WITH_TIMEOUT))) {
                for (int life = 0; life < lives; life++) {
                    sendMany(test, life % 2, 5, START + life * LAG);
                    test.run();
                    if (life > 0) {
                        test.crashAndRestart();
                    }
                }
                test.advanceTime(IDLE.multipliedBy(3));
                Map<TopicPartition, Long> ends = ends(test);
                long committed = test.status().transactionsCommitted();
                test.advanceTime(Duration.ofHours(2));
                assertThat(ends(test)).isEqualTo(ends);
                assertThat(test.status().transactionsCommitted()).isEqualTo(committed);
                assertThat(test.status().lag()).hasValue(0);
            }
        }
    }

    /** The clock has gone on in a task that shares its loop with one to which something comes: that is nothing new. */
    @Test
    void whatOthersCommitIsNoReasonToSayMore() {
        Topic<String, Long> other = Topic.of("other", Serdes.string(), Serdes.int64());
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(other).to(Topic.of("copied", Serdes.string(), Serdes.int64()));
        Pipeline pipeline = counting(builder, again(builder.stream(IN)), SIZE);
        try (PipelineTest test = PipelineTest.of(pipeline, settings(WITH_TIMEOUT))) {
            sendMany(test, 0, 5, START);
            sendMany(test, 1, 5, START);
            test.run();
            test.advanceTime(IDLE.multipliedBy(2));
            Map<TopicPartition, Long> before = ends(test);
            for (int i = 0; i < 5; i++) {
                test.input(other).send("x", 1L, START);
                test.advanceTime(Duration.ofSeconds(1));
            }
            Map<TopicPartition, Long> after = ends(test);
            for (int partition = 0; partition < 3; partition++) {
                TopicPartition between = new TopicPartition(BETWEEN.name(), partition);
                assertThat(after.get(between)).isEqualTo(before.get(between));
            }
        }
    }

    // --- nobody sees marks

    @Test
    void marksAreNoRecords() {
        try (PipelineTest test = start(WITH_TIMEOUT)) {
            sendMany(test, 0, 20, START);
            sendMany(test, 1, 20, START);
            test.run();
            test.advanceTime(IDLE.multipliedBy(2));
            assertThat(test.output(BETWEEN).readAll()).hasSize(40).allMatch(record -> record.value() != null);
            assertThat(test.status().recordsConsumed()).isEqualTo(80);
            assertThat(test.status().lag()).hasValue(0);
            assertThat(test.status().recordsSkipped()).isZero();
        }
    }

    /** One that was copied out of a topic between two steps comes as what it is there: bytes, with a header that goes no further. */
    @Test
    void aRecordThatLooksLikeAMarkIsARecord() {
        Topic<BytesView, BytesView> in = Topic.of("bytes", Serdes.bytes(), Serdes.bytes());
        Topic<BytesView, BytesView> out = Topic.of("copied", Serdes.bytes(), Serdes.bytes());
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(in).repartition("again").to(out);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            BytesView key = BytesView.ofUtf8("\0\0\0\0");
            BytesView value = BytesView.ofUtf8("\1\0\0\0\0\0\0\0\0\0");
            Header other = Header.ofUtf8("other", "stays");
            Header mark = new Header("millrace.watermark", null);
            test.input(in).withHeaders(mark).send(key, value, START);
            test.input(in).withHeaders(mark, other).send(key, value, START);
            test.run();
            assertThat(test.output(out).readAll())
                    .hasSize(2)
                    .allMatch(
                            record -> record.key().equals(key) && record.value().equals(value))
                    .extracting(TestRecord::headers)
                    .containsExactly(List.of(), List.of(other));
        }
    }

    /** A task takes its inputs by time, and what is behind a mark is not later for it: not even where the mark says that one is far ahead. */
    @Test
    void aMarkKeepsNoRecordFromItsTurn() {
        Topic<String, Long> other =
                Topic.of("other", Serdes.string(), Serdes.int64()).withPartitions(1);
        boolean[] works = {false};
        List<Long> taken = new ArrayList<>();
        Pipeline.Builder builder = Pipeline.named("app");
        builder.onError(ErrorPolicy.retry(1_000_000, Duration.ofSeconds(1)));
        builder.stream(other)
                .merge(builder.stream(IN).filter((key, value) -> value > 0).repartition("again", 1))
                .processValues("order", stores -> (key, value, context) -> {
                    if (!works[0]) {
                        throw new IllegalStateException("not now");
                    }
                    taken.add(value);
                })
                .peek((key, value) -> {});
        try (PipelineTest test = PipelineTest.of(builder.build(), settings(WITHOUT_TIMEOUT))) {
            test.input(other).send("x", 1L, START);
            test.advanceTime(Duration.ofMillis(100));
            test.input(IN).toPartition(0).send("ahead", 0L, START + LAG);
            test.advanceTime(Duration.ofMillis(100));
            test.input(IN).toPartition(1).send("behind", 2L, START + 1);
            test.input(other).send("x", 3L, START + 2);
            test.advanceTime(Duration.ofMillis(100));
            works[0] = true;
            test.run();
            assertThat(taken).containsExactly(1L, 2L, 3L);
        }
    }

    // --- where nothing is told

    /** What is told of a stream that waits for itself would never come. */
    @Test
    void aTopicThatLeadsBackToItsWriterHasTheTimeOfItsRecords() {
        UnaryOperator<EventStream<String, Long>> merged =
                stream -> stream.merge(stream.filter((key, value) -> false).repartition("again"));
        try (PipelineTest test = PipelineTest.of(pipeline(merged), settings(WITH_TIMEOUT))) {
            test.input(IN).toPartition(0).send("k1", 1L, START);
            test.run();
            test.advanceTime(IDLE.multipliedBy(2));
            assertThat(test.output(OUT).readValues()).containsExactly(START + "=1");
        }
    }
}
