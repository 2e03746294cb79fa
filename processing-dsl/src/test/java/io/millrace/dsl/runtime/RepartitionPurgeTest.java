package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an application's tasks have processed goes from the topics between its steps, and nothing else does. */
class RepartitionPurgeTest {
    private static final Topic<String, Long> NUMBERS = Topic.of("numbers", Serdes.string(), Serdes.int64());
    private static final Topic<Long, Long> COUNTS = Topic.of("counts", Serdes.int64(), Serdes.int64());
    private static final Topic<String, String> NAMES = Topic.of("names", Serdes.string(), Serdes.string());
    private static final Topic<String, String> NAMED = Topic.of("named", Serdes.string(), Serdes.string());
    private static final String BETWEEN = "counting-by-value-repartition";
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final Map<Long, Long> expected = new HashMap<>();

    /** How often each value came, whatever its key. */
    private static Pipeline counting() {
        return counting(() -> true);
    }

    private static Pipeline counting(BooleanSupplier works) {
        Pipeline.Builder builder = Pipeline.named("counting");
        builder.onError(ErrorPolicy.retry(1_000, Duration.ofSeconds(5)));
        builder.stream(NUMBERS)
                .selectKey((key, value) -> value)
                .withSerdes(Serdes.int64(), Serdes.int64())
                .repartition("by-value")
                .peek((key, value) -> {
                    if (key == 5 && !works.getAsBoolean()) {
                        throw new IllegalStateException("not now");
                    }
                })
                .groupByKey()
                .count("count")
                .toStream()
                .to(COUNTS);
        return builder.build();
    }

    private void send(PipelineTest test, int records) {
        for (int i = 0; i < records; i++) {
            long value = i % 7;
            test.input(NUMBERS).send("k" + i, value);
            expected.merge(value, 1L, Long::sum);
        }
    }

    private void check(PipelineTest test, String story) {
        assertThat(test.output(COUNTS).readLatestPerKey())
                .as("%s in %s", story, test)
                .isEqualTo(expected);
        assertThat(test.state("count")).as("%s in %s", story, test).isEqualTo(expected);
    }

    /** Nothing is ever idle, which tasks would tell each other in these topics. */
    private static PipelineTest neverIdle() {
        return PipelineTest.of(
                counting(), PipelineTestSettings.defaults().withApplication(AppSettings::withoutIdleTimeout));
    }

    private static Map<TopicPartition, Long> starts(PipelineTest test, String topic) {
        Map<TopicPartition, Long> starts = new HashMap<>();
        LogAdmin admin = test.log().admin();
        int partitions = admin.describeTopic(topic).orElseThrow().partitions();
        for (int i = 0; i < partitions; i++) {
            TopicPartition partition = new TopicPartition(topic, i);
            starts.put(partition, admin.logStartOffset(partition));
        }
        return starts;
    }

    private static Map<TopicPartition, Long> committed(PipelineTest test, String application, String topic) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        starts(test, topic).keySet().forEach(partition -> committed.put(partition, 0L));
        test.log().admin().committedOffsets(application).forEach((partition, offset) -> {
            if (partition.topic().equals(topic)) {
                committed.put(partition, offset);
            }
        });
        return committed;
    }

    @Test
    void whatWasCommittedAnIntervalAgoIsDeletedAndARestartGoesOn() {
        try (PipelineTest test = neverIdle()) {
            send(test, 40);
            test.run();
            Map<TopicPartition, Long> first = committed(test, "counting", BETWEEN);
            assertThat(first.values()).allMatch(offset -> offset > 0);
            test.advanceTime(LOOK.plusSeconds(1));
            send(test, 10);
            test.run();
            assertThat(committed(test, "counting", BETWEEN)).isNotEqualTo(first);
            test.advanceTime(LOOK);
            assertThat(starts(test, BETWEEN)).as("what the look before saw").isEqualTo(first);
            test.advanceTime(LOOK);
            assertThat(starts(test, BETWEEN)).isEqualTo(committed(test, "counting", BETWEEN));
            assertThat(starts(test, "numbers").values()).as("the user's own").containsOnly(0L);

            test.crashAndRestart();
            send(test, 20);
            test.run();
            check(test, "after a restart");
        }
    }

    @Test
    void whatIsNotProcessedStaysHoweverLongThatTakes() {
        boolean[] works = {true};
        try (PipelineTest test = PipelineTest.of(counting(() -> works[0]))) {
            send(test, 20);
            test.run();
            works[0] = false;
            send(test, 40);
            test.advanceTime(LOOK.multipliedBy(6));
            assertThat(starts(test, BETWEEN)).isEqualTo(committed(test, "counting", BETWEEN));
            assertThat(starts(test, BETWEEN)).isNotEqualTo(ends(test));
            test.crashAndRestart();
            test.advanceTime(LOOK.multipliedBy(3));
            works[0] = true;
            test.run();
            check(test, "at last");
        }
    }

    private static Map<TopicPartition, Long> ends(PipelineTest test) {
        Map<TopicPartition, Long> ends = starts(test, BETWEEN);
        ends.replaceAll((partition, start) -> test.log().admin().endOffset(partition, Isolation.READ_UNCOMMITTED));
        return ends;
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void nothingIsLostOrCountedTwiceWhereverTheProcessDies(CrashMode mode) {
        PipelineTestSettings settings = PipelineTestSettings.defaults()
                .withDurability(Durability.POWER_LOSS)
                .withPartitions(2)
                .withApplication(app ->
                        app.withRepartitionPurgeInterval(Duration.ofMillis(50)).withTransactionRecords(3));
        int deaths = 1;
        int purged = 0;
        for (long call = 0; deaths > 0; call++) {
            expected.clear();
            try (PipelineTest test = PipelineTest.of(counting(), settings.withSeed(call))) {
                send(test, 9);
                test.run();
                test.crashAfter(call, mode);
                test.advanceTime(Duration.ofMillis(120));
                send(test, 5);
                test.advanceTime(Duration.ofMillis(120));
                test.run();
                check(test, "dead in call " + call);
                deaths = test.restarts();
                purged += starts(test, BETWEEN).values().stream().anyMatch(start -> start > 0) ? 1 : 0;
            }
        }
        assertThat(purged).as("runs in which something was purged").isGreaterThan(20);
    }

    @Test
    void eachInstancePurgesWhatItsOwnTasksHaveCommittedWhileTheyMove() {
        for (long seed = 0; seed < 10; seed++) {
            expected.clear();
            PipelineTestSettings settings = PipelineTestSettings.defaults()
                    .withSeed(seed)
                    .withPartitions(4)
                    .withLoops(2)
                    .withApplication(app -> app.withRepartitionPurgeInterval(Duration.ofMillis(40))
                            .withTransactionRecords(5));
            try (PipelineTest test = PipelineTest.of(counting(), settings)) {
                for (int round = 0; round < 4; round++) {
                    send(test, 30);
                    test.addInstance();
                    test.advanceTime(Duration.ofMillis(30 + seed));
                    send(test, 30);
                    test.advanceTime(Duration.ofMillis(70));
                    test.removeInstance();
                }
                test.addInstance();
                test.run();
                check(test, "moved");
                test.advanceTime(Duration.ofMillis(200));
                assertThat(starts(test, BETWEEN)).isEqualTo(committed(test, "counting", BETWEEN));
            }
        }
    }

    @Test
    void theTopicsOfAJoinByForeignKeyArePurgedToo() {
        Pipeline.Builder builder = Pipeline.named("join");
        builder.table(NAMED, "left")
                .join(
                        "naming",
                        builder.table(NAMES, "right"),
                        (key, value) -> value,
                        (value, name) -> value + "=" + name,
                        Serdes.string())
                .toStream()
                .to(Topic.of("joined", Serdes.string(), Serdes.string()).withPartitions(3));
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            for (int i = 0; i < 12; i++) {
                test.input(NAMED).send("k" + i, "n" + i % 3);
                test.input(NAMES).send("n" + i % 3, "name" + i);
            }
            test.run();
            test.advanceTime(LOOK.multipliedBy(3));
            Set<String> own = new TreeSet<>();
            test.log().admin().topics().stream()
                    .map(topic -> topic.name())
                    .filter(name -> name.endsWith("-repartition"))
                    .forEach(own::add);
            assertThat(own).hasSize(2);
            for (String topic : own) {
                assertThat(starts(test, topic)).isEqualTo(committed(test, "join", topic));
                assertThat(starts(test, topic).values()).anyMatch(start -> start > 0);
            }
        }
    }

    @Test
    void aTopicThatSomebodyMadeCompactedKeepsItsRecordsAndTheApplicationGoesOn() {
        try (PipelineTest test = neverIdle()) {
            send(test, 10);
            test.run();
            test.log().admin().alterTopic(BETWEEN, TopicSettings.compacted());
            test.advanceTime(LOOK.multipliedBy(3));
            assertThat(starts(test, BETWEEN).values()).containsOnly(0L);
            send(test, 10);
            test.run();
            check(test, "compacted");
            test.log().admin().alterTopic(BETWEEN, TopicSettings.defaults());
            test.advanceTime(LOOK.multipliedBy(2));
            assertThat(starts(test, BETWEEN)).isEqualTo(committed(test, "counting", BETWEEN));
        }
    }

    @Test
    void newTopicsKeepEverythingThatIsNotPurgedInSegmentsThatCanGoSoon() {
        try (PipelineTest test = PipelineTest.of(counting())) {
            test.run();
            TopicSettings settings =
                    test.log().admin().describeTopic(BETWEEN).orElseThrow().settings();
            assertThat(settings.retention()).isEmpty();
            assertThat(settings.retentionBytes()).isEmpty();
            assertThat(settings.segmentBytes()).isEqualTo(50 << 20);
        }
        assertThatThrownBy(() -> settings().withRepartitionPurgeInterval(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("repartitionPurgeInterval is more than zero");
    }

    private static AppSettings settings() {
        return AppSettings.of(new Simulation(1).world().world(), logId -> {
            throw new IllegalStateException("nothing is opened");
        });
    }
}
