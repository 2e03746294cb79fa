package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.Compression;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.TopicSettings.TimestampType;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Topics that would lose what an application cannot do without are refused at its start, with what mends them. */
class TopicSetupTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(2);
    private static final Topic<BytesView, BytesView> BAD =
            Topic.of("bad", Serdes.bytes(), Serdes.bytes()).withPartitions(1);
    private static final String CHANGELOG = "app-counts-changelog";
    private static final String BETWEEN = "app-by-value-repartition";
    private static final String POSITIONS = "app-ingest-positions";
    private static final String TOPOLOGY = "app-topology";
    private static final Optional<Duration> WEEK = Optional.of(Duration.ofDays(7));

    private final Simulation simulation = new Simulation(3);

    /** Has every kind of topic that an application needs. */
    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.ingest("list", () -> RecordSource.of(List.of()), (item, out) -> {});
        builder.stream(IN)
                .onError(ErrorPolicy.retry(1, Duration.ZERO).then(ErrorPolicy.deadLetter(BAD)))
                .groupBy("by-value", (key, value) -> value, Serdes.int64())
                .count("counts");
        return builder.build();
    }

    private LogAdmin admin() {
        return simulation.log().admin();
    }

    private TopicSettings settings(String topic) {
        return admin().describeTopic(topic).orElseThrow().settings();
    }

    private void alter(String topic, UnaryOperator<TopicSettings> change) {
        admin().alterTopic(topic, change.apply(settings(topic)));
    }

    private void assertRefused(String topic, UnaryOperator<TopicSettings> change, String... said) {
        simulation.start(pipeline()).close();
        TopicSettings before = settings(topic);
        alter(topic, change);
        assertThatThrownBy(() -> simulation.start(pipeline()))
                .isInstanceOf(PipelineException.class)
                .hasMessageStartingWith("Topic '" + topic + "', ")
                .hasMessageContainingAll(said);
        admin().alterTopic(topic, before);
        simulation.start(pipeline()).close();
    }

    private static String alterCommand(String topic, String options) {
        return "`millrace topics alter " + topic + " " + options + " --data DIR`";
    }

    /** What is said of a record comes on top of it. */
    @Test
    void aTopicOfDeadLettersThatTheApplicationMakesTakesWhatItsInputsTake() {
        admin().createTopic("in", 2, TopicSettings.defaults().withMaxRecordBytes(3_000_000));
        simulation.start(pipeline()).close();
        assertThat(settings("bad").maxRecordBytes()).isEqualTo(3_000_000 + 64 * 1024);
    }

    @Test
    void aChangelogThatDeletesIsRefused() {
        assertRefused(
                CHANGELOG,
                settings -> settings.withCleanup(Cleanup.COMPACT_AND_DELETE).withRetention(WEEK),
                "the changelog of store 'counts'",
                "has cleanup compact-and-delete with retention PT168H",
                "gone from the state that is restored from it",
                alterCommand(CHANGELOG, "--cleanup compact"));
        assertRefused(
                CHANGELOG,
                settings -> settings.withCleanup(Cleanup.DELETE).withRetentionBytes(Optional.of(1L << 30)),
                "has cleanup delete with retention-bytes 1073741824");
    }

    @Test
    void positionsAndTopologyThatAreDeletedAreRefused() {
        UnaryOperator<TopicSettings> deleting =
                settings -> settings.withCleanup(Cleanup.DELETE).withRetention(WEEK);
        assertRefused(
                POSITIONS, deleting, "read from its beginning once more", alterCommand(POSITIONS, "--cleanup compact"));
        assertRefused(TOPOLOGY, deleting, "a changed program", alterCommand(TOPOLOGY, "--cleanup compact"));
    }

    @Test
    void aRepartitionTopicThatForgetsWhatIsUnderWayIsRefused() {
        assertRefused(
                BETWEEN,
                settings -> settings.withRetention(WEEK).withRetentionBytes(Optional.of(5L)),
                "has cleanup delete with retention PT168H with retention-bytes 5",
                "in no result",
                alterCommand(BETWEEN, "--retention forever --retention-bytes unlimited"));
        assertRefused(
                BETWEEN,
                settings -> settings.withCleanup(Cleanup.COMPACT).withRetention(WEEK),
                alterCommand(BETWEEN, "--cleanup delete --retention forever"));
        assertRefused(
                BETWEEN,
                settings -> settings.withTimestampType(TimestampType.LOG_APPEND_TIME),
                "has timestamp-type log-append-time: records lose the time at which they happened",
                alterCommand(BETWEEN, "--timestamp-type create-time"));
    }

    @Test
    void deadLettersThatReplaceEachOtherAreRefusedAndTheirRetentionIsTheirOwners() {
        assertRefused(
                "bad",
                settings -> settings.withCleanup(Cleanup.COMPACT_AND_DELETE).withRetention(WEEK),
                "which takes dead letters",
                "of two letters with one key the first goes",
                alterCommand("bad", "--cleanup delete"));
        alter("bad", settings -> settings.withRetention(WEEK));
        simulation.start(pipeline()).close();
    }

    @Test
    void everythingThatLosesIsSaidAtOnceAndNothingIsCreatedBefore() {
        admin().createTopic(CHANGELOG, 2, TopicSettings.defaults().withRetention(WEEK));
        admin().createTopic(POSITIONS, 3, TopicSettings.compacted());
        assertThatThrownBy(() -> simulation.start(pipeline()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining(alterCommand(CHANGELOG, "--cleanup compact"))
                .hasMessageContaining("Topic '" + POSITIONS
                        + "', where sources commit their positions, has 3 partitions, and" + " needs one")
                .hasMessageContaining("`millrace topics delete " + POSITIONS + " --data DIR`");
        assertThat(admin().describeTopic(BETWEEN)).isEmpty();
        assertThat(admin().describeTopic(TOPOLOGY)).isEmpty();
    }

    @Test
    void whatLosesNothingIsTheUsers() {
        simulation.start(pipeline()).close();
        for (String topic : List.of(CHANGELOG, BETWEEN, POSITIONS, TOPOLOGY)) {
            alter(
                    topic,
                    settings -> settings.withSegmentBytes(1 << 20)
                            .withSegmentAge(Duration.ofHours(1))
                            .withCompression(Compression.of(Compression.Codec.GZIP))
                            .withMaxRecordBytes(5 << 20)
                            .withCompaction(settings.compaction().withMinDirtyRatio(0.1)));
        }
        alter(CHANGELOG, settings -> settings.withCleanup(Cleanup.COMPACT_AND_DELETE));
        alter(POSITIONS, settings -> settings.withCleanup(Cleanup.DELETE));
        alter(TOPOLOGY, settings -> settings.withRetention(WEEK));
        simulation.start(pipeline()).close();
        assertThat(settings(BETWEEN).segmentBytes()).isEqualTo(1 << 20);
    }

    @Test
    void aChangelogWithAnotherNumberOfPartitionsIsRefusedInWords() {
        simulation.start(pipeline()).close();
        admin().addPartitions(CHANGELOG, 5);
        assertThatThrownBy(() -> simulation.start(pipeline()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("Topic '" + CHANGELOG + "', the changelog of store 'counts', has 5 partitions")
                .hasMessageContaining("that feed the store have 2")
                .hasMessageContaining("repartition(name, 5)")
                .hasMessageContaining("another name");
    }

    @Test
    void allTopicsThatAreMissingAreNamedInOneMessageAndNoneIsCreatedBefore() {
        Topic<String, Long> first = Topic.of("first", Serdes.string(), Serdes.int64());
        Topic<String, Long> second = Topic.of("second", Serdes.string(), Serdes.int64());
        Pipeline.Builder builder = Pipeline.named("copy");
        builder.stream(first).merge(builder.stream(IN)).to(second);
        Pipeline copy = builder.build();
        Throwable refused = catchThrowable(() -> simulation.start(copy));
        assertThat(refused)
                .isInstanceOf(PipelineException.class)
                .hasMessage("Topics 'first', 'second' do not exist: create each of them,"
                        + " `millrace topics create first --partitions N --data DIR`,"
                        + " `millrace topics create second --partitions N --data DIR`, or declare it withPartitions(n), so that"
                        + " the application does");
        assertThat(admin().describeTopic("in")).isEmpty();

        admin().createTopic("first", 2, TopicSettings.defaults());
        assertThatThrownBy(() -> simulation.start(copy))
                .hasMessageStartingWith("Topic 'second' does not exist: create it, `millrace topics create second ");
        admin().createTopic("second", 1, TopicSettings.defaults());
        simulation.start(copy).close();
        assertThat(admin().describeTopic("in").map(TopicDescription::partitions))
                .contains(2);
    }

    @Test
    void aRepartitionTopicWithANumberTakesTheLargestRecordToo() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN).repartition("wide", 3).groupByKey().count("counts");
        AppSettings settings = AppSettings.of(simulation.world().world(), simulation::backend);
        admin().createTopic(TOPOLOGY, 2, TopicSettings.compacted());
        assertThatThrownBy(() -> builder.build().start(simulation.log(), settings))
                .hasMessageContaining("where its topology is recorded, has 2 partitions");
        assertThat(admin().describeTopic("app-wide-repartition")).isEmpty();
        admin().deleteTopic(TOPOLOGY);
        builder.build().start(simulation.log(), settings).close();
        assertThat(settings("app-wide-repartition").maxRecordBytes()).isEqualTo(1 << 20);
        builder.build()
                .start(simulation.log(), settings.withMaxRecordBytes(7 << 20))
                .close();
        assertThat(settings("app-wide-repartition").maxRecordBytes()).isEqualTo(7 << 20);
    }

    @Test
    void theLongestNamesThatCanBeGivenRun() {
        String hundred = "n".repeat(100);
        Pipeline.Builder builder = Pipeline.named(hundred);
        builder.ingest(hundred, () -> RecordSource.of(List.of()), (item, out) -> {});
        builder.stream(IN)
                .groupBy(hundred, (key, value) -> value, Serdes.int64())
                .count(hundred);
        Pipeline longest = builder.build();
        AppSettings settings = AppSettings.of(simulation.world().world(), simulation::backend);
        Application app = longest.start(simulation.log(), settings, hundred);
        simulation.runUntilDrained(app);
        app.close();
    }

    @Test
    void aTopicOfDeadLettersThatIsDeclaredToCompactIsRefusedByBuild() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.onError(ErrorPolicy.deadLetter(BAD.withSettings(TopicSettings.compacted())));
        builder.stream(IN).groupByKey().count("counts");
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("Topic 'bad' takes dead letters and compacts them");
    }

    @Test
    void aChangelogThatHardlyKeepsDeletionsIsRefused() {
        for (String topic : List.of(CHANGELOG, POSITIONS, TOPOLOGY)) {
            assertRefused(
                    topic,
                    settings ->
                            settings.withCompaction(settings.compaction().withDeleteRetention(Duration.ofSeconds(59))),
                    "has delete-retention PT59S",
                    "what was deleted is there again",
                    alterCommand(topic, "--delete-retention 24h"));
        }
    }

    @Test
    void aChangelogThatKeepsDeletionsForAMinuteIsTaken() {
        simulation.start(pipeline()).close();
        alter(
                CHANGELOG,
                settings -> settings.withCompaction(settings.compaction().withDeleteRetention(Duration.ofMinutes(1))));
        simulation.start(pipeline()).close();
    }

    @Test
    void whereNothingIsCompactedNoDeletionIsForgotten() {
        simulation.start(pipeline()).close();
        alter(
                BETWEEN,
                settings -> settings.withCompaction(settings.compaction().withDeleteRetention(Duration.ofMillis(1))));
        simulation.start(pipeline()).close();
    }
}
