package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopicPattern;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.dsl.testing.TestInputTopic;
import io.millrace.dsl.testing.TestTransaction;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.Partitioner;
import io.millrace.log.ProducerRecord;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.transactions.TransactionalLog;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a task reads, it takes by time: a backlog gives what it would have given, had it been processed as it came. */
class InputOrderTest {
    private static final int PARTITIONS = 3;
    private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f", "g");
    private static final Topic<String, String> ORDERS = topic("orders");
    private static final Topic<String, String> PRICES = topic("prices");
    private static final Topic<String, String> OUT = topic("out");

    private static Topic<String, String> topic(String name) {
        return Topic.of(name, Serdes.string(), Serdes.string()).withPartitions(PARTITIONS);
    }

    /** Each record of a stream with the row of its key. */
    private static Pipeline join(Topic<String, String> stream, Topic<String, String> table) {
        Pipeline.Builder builder = Pipeline.named("join");
        builder.stream(stream)
                .leftJoin(builder.table(table, "rows"), InputOrderTest::met)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        return builder.build();
    }

    private static String met(String value, String row) {
        return value + ":" + (row == null ? "-" : row.strip());
    }

    /** Commits of few records. */
    private static PipelineTestSettings settings(int transactionRecords) {
        return PipelineTestSettings.defaults()
                .withApplication(given -> given.withTransactionRecords(transactionRecords));
    }

    private static Map<String, List<String>> byKey(PipelineTest test) {
        Map<String, List<String>> found = new TreeMap<>();
        test.output(OUT)
                .readAll()
                .forEach(record -> found.computeIfAbsent(record.key(), key -> new ArrayList<>())
                        .add(record.value()));
        return found;
    }

    private static Map<String, List<String>> each(String... values) {
        Map<String, List<String>> expected = new TreeMap<>();
        KEYS.forEach(key -> expected.put(key, List.of(values)));
        return expected;
    }

    /** Rows at 10, 20 and 30, whole topic by whole topic; the stream has records before, at and between them. */
    private static void sendBacklog(PipelineTest test, Topic<String, String> stream, Topic<String, String> table) {
        for (long time : List.of(5, 10, 15, 19, 20, 25, 40)) {
            KEYS.forEach(key -> test.input(stream).send(key, "s" + time, time));
        }
        for (long time : List.of(10, 20, 30)) {
            KEYS.forEach(key -> test.input(table).send(key, "r" + time, time));
        }
    }

    private static final String[] JOINED = {"s5:-", "s10:r10", "s15:r10", "s19:r10", "s20:r20", "s25:r20", "s40:r30"};

    @ParameterizedTest
    @CsvSource({"a-stream,b-table,1,1000", "b-stream,a-table,1,1000", "a-stream,b-table,2,4", "b-stream,a-table,2,4"})
    void aJoinMeetsTheRowsThatWereThereWhenItsRecordsHappened(
            String streamName, String tableName, int loops, int transactionRecords) {
        Topic<String, String> stream = topic(streamName);
        Topic<String, String> table = topic(tableName);
        try (PipelineTest test = PipelineTest.of(
                join(stream, table), settings(transactionRecords).withLoops(loops))) {
            sendBacklog(test, stream, table);
            test.run();
            assertThat(byKey(test)).isEqualTo(each(JOINED));
        }
    }

    @ParameterizedTest
    @CsvSource({"a-stream,b-table", "b-stream,a-table"})
    void itDoesWhereverTheProcessDies(String streamName, String tableName) {
        Topic<String, String> stream = topic(streamName);
        Topic<String, String> table = topic(tableName);
        int crashes = 1;
        for (long call = 0; crashes > 0; call += 3) {
            try (PipelineTest test = PipelineTest.of(join(stream, table), settings(5))) {
                sendBacklog(test, stream, table);
                test.crashAfter(call, CrashMode.PROCESS);
                test.run();
                assertThat(byKey(test)).as("after a crash in call %s", call).isEqualTo(each(JOINED));
                crashes = test.restarts();
            }
        }
    }

    /** The stream is read first and called first; its records at 10 and 20 meet the rows of then all the same. */
    @Test
    void rowsThatAreMadeOfAStreamAreThereFirstToo() {
        Pipeline.Builder builder = Pipeline.named("join");
        var stream = builder.stream(ORDERS);
        var rows = builder.stream(PRICES).filter((key, row) -> true).toTable("rows");
        stream.leftJoin(rows, InputOrderTest::met)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), settings(1_000))) {
            sendBacklog(test, ORDERS, PRICES);
            test.run();
            assertThat(byKey(test)).isEqualTo(each(JOINED));
        }
    }

    /** Of the table two megabytes, of which a poll fetches one; of the stream all. */
    @Test
    void whatIsNotFetchedYetIsWaitedFor() {
        String filling = " ".repeat(20_000);
        int rows = 100;
        try (PipelineTest test = PipelineTest.of(join(ORDERS, PRICES), settings(1_000))) {
            for (int i = 0; i < rows; i++) {
                test.input(PRICES).send("a", "r" + i + filling, 10L * i);
                test.input(ORDERS).send("a", "s" + i, 10L * i + 5);
            }
            test.run();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                expected.add("s" + i + ":r" + i);
            }
            assertThat(byKey(test)).isEqualTo(Map.of("a", expected));
        }
    }

    /** The poll has brought a record of the stream, and nothing of the table; then there is an older row. */
    @Test
    void whatIsCommittedBehindThePollIsWaitedFor() {
        Simulation simulation = new Simulation(1);
        boolean[] isSent = {false};
        TransactionalLog log = afterPolls(simulation.log(), () -> {
            if (!isSent[0]) {
                isSent[0] = true;
                send(simulation, PRICES, "r1", 1);
            }
        });
        Application app = join(ORDERS, PRICES)
                .start(log, AppSettings.of(simulation.world().world(), simulation::backend));
        send(simulation, ORDERS, "s5", 5);
        simulation.runUntilDrained(app);
        assertThat(LogReading.read(simulation.log(), OUT, partitionOf("a")))
                .extracting(LogReading.Seen::value)
                .containsExactly("s5:r1");
        app.close();
        simulation.closeLog();
    }

    private static int partitionOf(String key) {
        return Partitioner.partitionOf(BytesView.ofUtf8(key), PARTITIONS);
    }

    private static void send(Simulation simulation, Topic<String, String> topic, String value, long timestamp) {
        try (LogProducer producer = simulation.log().producer()) {
            var ignored = producer.send(new ProducerRecord(
                    topic.name(), null, timestamp, BytesView.ofUtf8("a"), BytesView.ofUtf8(value), List.of()));
        }
    }

    /** The same log, whose consumers' polls that bring something are followed by something else. */
    private static TransactionalLog afterPolls(TransactionalLog log, Runnable action) {
        return proxy(
                TransactionalLog.class,
                log,
                (method, result) -> result instanceof LogConsumer consumer
                        ? proxy(LogConsumer.class, consumer, (polled, found) -> {
                            if (polled.equals("poll") && !((List<?>) found).isEmpty()) {
                                action.run();
                            }
                            return found;
                        })
                        : result);
    }

    private static <T> T proxy(Class<T> type, T behind, BiFunction<String, Object, Object> change) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            try {
                return change.apply(method.getName(), method.invoke(behind, given));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    @Test
    void whatIsNotCommittedIsNotWaitedFor() {
        try (PipelineTest test = PipelineTest.of(join(ORDERS, PRICES), settings(1_000))) {
            try (TestTransaction open = test.beginTransaction()) {
                test.input(PRICES).in(open).send("a", "r1", 1);
                test.input(PRICES).send("a", "r2", 2);
                test.input(ORDERS).send("a", "s5", 5);
                test.advanceTime(Duration.ofSeconds(1));
                assertThat(byKey(test)).isEqualTo(Map.of("a", List.of("s5:-")));
                open.commit();
            }
            test.input(ORDERS).send("a", "s0", 0);
            test.run();
            assertThat(byKey(test)).isEqualTo(Map.of("a", List.of("s5:-", "s0:-")));
        }
    }

    /** Markers and aborted records are no records. */
    @Test
    void whatWasAbortedIsNotWaitedForEither() {
        try (PipelineTest test = PipelineTest.of(join(ORDERS, PRICES), settings(1_000))) {
            TestInputTopic<String, String> prices = test.input(PRICES);
            TestTransaction aborted = test.beginTransaction();
            prices.in(aborted).send("a", "none", 1);
            aborted.abort();
            test.input(ORDERS).send("a", "s5", 5);
            test.run();
            assertThat(byKey(test)).isEqualTo(Map.of("a", List.of("s5:-")));
        }
    }

    /** The second one is one of a later moment; in its topic it comes first. */
    @Test
    void recordsOfOneTopicKeepTheirOrder() {
        try (PipelineTest test = PipelineTest.of(join(ORDERS, PRICES), settings(1_000))) {
            test.input(ORDERS).send("a", "s50", 50);
            test.input(ORDERS).send("a", "s1", 1);
            test.input(PRICES).send("a", "r40", 40);
            test.input(PRICES).send("a", "r60", 60);
            test.run();
            assertThat(byKey(test)).isEqualTo(Map.of("a", List.of("s50:r40", "s1:r40")));
        }
    }

    @Test
    void theTimeIsThatOfTheTimestampExtractor() {
        Pipeline.Builder builder = Pipeline.named("join");
        builder.stream(ORDERS)
                .withTimestampExtractor((key, value, record) -> Long.parseLong(value))
                .leftJoin(
                        builder.stream(PRICES)
                                .withTimestampExtractor((key, value, record) -> Long.parseLong(value))
                                .toTable("rows"),
                        InputOrderTest::met)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), settings(3))) {
            for (int time = 1; time <= 20; time++) {
                // By their own timestamps, all of the stream would be first, but for the last.
                test.input(ORDERS).send("a", Integer.toString(3 * time), time == 20 ? 10_000 : 0);
                test.input(PRICES).send("a", Integer.toString(2 * time), 100);
            }
            test.run();
            List<String> expected = new ArrayList<>();
            for (int time = 1; time <= 20; time++) {
                int row = Math.min(40, 3 * time / 2 * 2);
                expected.add(3 * time + ":" + row);
            }
            assertThat(byKey(test)).isEqualTo(Map.of("a", expected));
        }
    }

    /** Who cannot say when it happened fails when its own timestamp is due, as its policy says, and holds nothing up. */
    @Test
    void aRecordWithoutAReadableTimeIsPassedOver() {
        Pipeline.Builder builder = Pipeline.named("join");
        builder.stream(ORDERS)
                .onError(ErrorPolicy.skip())
                .withTimestampExtractor((key, value, record) -> Long.parseLong(value))
                .leftJoin(builder.table(PRICES, "rows"), InputOrderTest::met)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), settings(3))) {
            test.input(ORDERS).send("a", "5", 5);
            test.input(ORDERS).send("a", "no number", 12);
            test.input(ORDERS).send("a", "15", 15);
            test.input(PRICES).send("a", "r10", 10);
            test.input(PRICES).send("a", "r20", 20);
            test.run();
            assertThat(byKey(test)).isEqualTo(Map.of("a", List.of("5:-", "15:r10")));
            assertThat(test.status().recordsSkipped()).isEqualTo(1);
        }
    }

    /** The task rests meanwhile, all of it. */
    @Test
    void aRecordThatIsTriedAgainLaterIsStillBeforeTheNextRow() {
        int[] failures = {2};
        Pipeline.Builder builder = Pipeline.named("join");
        builder.stream(ORDERS)
                .onError(ErrorPolicy.retry(5, Duration.ofMillis(50)))
                .peek((key, value) -> {
                    if (value.equals("s15") && failures[0]-- > 0) {
                        throw new IllegalStateException("not yet");
                    }
                })
                .leftJoin(builder.table(PRICES, "rows"), InputOrderTest::met)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(builder.build(), settings(1_000))) {
            sendBacklog(test, ORDERS, PRICES);
            test.run();
            assertThat(failures[0]).isNegative();
            assertThat(byKey(test)).isEqualTo(each(JOINED));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1000", "2,4"})
    void topicsOfAPatternAreTakenByTimeToo(int loops, int transactionRecords) {
        Pipeline.Builder builder = Pipeline.named("merged");
        builder.stream(TopicPattern.of("in-.*", Serdes.string(), Serdes.string())
                        .withPartitions(PARTITIONS))
                .groupByKey()
                .reduce("all", (before, value) -> before + " " + value)
                .toStream()
                .to(OUT);
        List<Topic<String, String>> topics = List.of(topic("in-c"), topic("in-a"), topic("in-b"));
        topics.forEach(builder::topics);
        try (PipelineTest test =
                PipelineTest.of(builder.build(), settings(transactionRecords).withLoops(loops))) {
            for (int number = 0; number < topics.size(); number++) {
                TestInputTopic<String, String> in = test.input(topics.get(number));
                for (int time = number; time < 12; time += 3) {
                    String value = Integer.toString(time);
                    long timestamp = time;
                    KEYS.forEach(key -> in.send(key, value, timestamp));
                }
            }
            test.run();
            Map<String, List<String>> found = byKey(test);
            assertThat(found).containsOnlyKeys(KEYS);
            found.values()
                    .forEach(
                            values -> assertThat(values.get(values.size() - 1)).isEqualTo("0 1 2 3 4 5 6 7 8 9 10 11"));
        }
    }
}
