package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.SourceRecord;
import io.millrace.dsl.TimestampExtractor;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopicPattern;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.dsl.plan.TopologyPrinter;
import io.millrace.log.Header;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.Serdes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When records happened, by what extractors are told of them. */
class TimestampExtractorTest {
    private static final Topic<String, Long> IN = Topic.of("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = Topic.of("out", Serdes.string(), Serdes.int64());
    /** The value is the time; of a negative one, that of the partition. */
    private static final TimestampExtractor<String, Long> OF_VALUE = TimestampExtractorTest.<String, Long>of(
                    (key, value, record) -> value)
            .orPartitionTime();

    private static <K, V> TimestampExtractor<K, V> of(TimestampExtractor<K, V> extractor) {
        return extractor;
    }

    private static PipelineTest start(Pipeline.Builder builder) {
        return PipelineTest.of(builder.build(), PipelineTestSettings.defaults().withPartitions(2));
    }

    private static List<String> written(PipelineTest test) {
        return test.output(OUT).readAll().stream()
                .map(seen -> seen.key() + "@" + seen.timestamp())
                .toList();
    }

    @Test
    void theRecordsPlaceHeadersAndOwnTimestampAreTold() {
        Pipeline.Builder builder = Pipeline.named("times");
        builder.stream(IN)
                .withTimestampExtractor((key, value, record) -> {
                    assertThat(record.hasRecord()).isTrue();
                    assertThat(record.topicPartition().topic()).isEqualTo("in");
                    return record.topicPartition().partition() * 10_000L
                            + record.offset() * 1_000L
                            + record.headers().size() * 100L
                            + record.timestamp();
                })
                .to(OUT, (key, value, partitions) -> 0);
        try (PipelineTest test = start(builder)) {
            test.input(IN).toPartition(0).send("a", 1L, 7);
            test.input(IN).toPartition(0).withHeaders(Header.ofUtf8("h", "x")).send("b", 1L, 8);
            test.input(IN).toPartition(1).send("c", 1L, 9);
            test.run();
            assertThat(written(test)).containsExactlyInAnyOrder("a@7", "b@1108", "c@10009");
        }
    }

    /** What a record failed at is not how far its partition has come. */
    @Test
    void howFarThePartitionHasComeIsWhatWasProcessedAlsoInTheNextLife() {
        Pipeline.Builder builder = Pipeline.named("times");
        builder.stream(IN)
                .onError(ErrorPolicy.skip())
                .withTimestampExtractor("reached", OF_VALUE)
                .peek((key, value) -> {
                    if (key.equals("bad")) {
                        throw new IllegalArgumentException("bad");
                    }
                })
                .to(OUT, (key, value, partitions) -> 0);
        try (PipelineTest test = start(builder)) {
            TestInputTopic<String, Long> first = test.input(IN).toPartition(0);
            first.send("unknown", -1L);
            first.send("a", 50L);
            first.send("b", 30L);
            first.send("bad", 90L);
            first.send("c", -1L);
            test.input(IN).toPartition(1).send("d", 70L);
            test.run();
            test.crashAndRestart();
            first.send("e", -1L);
            first.send("f", 51L);
            first.send("g", -5L);
            test.input(IN).toPartition(1).send("h", -1L);
            test.run();
            assertThat(written(test))
                    .containsExactlyInAnyOrder("a@50", "b@30", "c@50", "d@70", "e@50", "f@51", "g@51", "h@70");
            assertThat(written(test)).containsSubsequence("a@50", "b@30", "c@50", "e@50", "f@51", "g@51");
        }
    }

    /**
     * A task that has two inputs asks when a record happened before its turn. It is told the same as at its turn: of that record, and of what its partition has processed
     * until then, of which the record itself is no part.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1_000})
    void whenARecordHappenedIsTheSameBeforeItsTurn(int transactionRecords) {
        Topic<String, Long> rows = Topic.of("rows", Serdes.string(), Serdes.int64());
        Map<Long, Set<String>> told = new TreeMap<>();
        Pipeline.Builder builder = Pipeline.named("times");
        builder.stream(IN)
                .onError(ErrorPolicy.skip())
                .withTimestampExtractor("reached", (key, value, record) -> {
                    told.computeIfAbsent(record.offset(), offset -> new TreeSet<>())
                            .add(key + value + "@" + record.partitionTime() + " " + record.timestamp()
                                    + record.headers().size() + record.topicPartition());
                    return value < 0 ? record.partitionTime() : value;
                })
                .peek((key, value) -> {
                    if (value == 90) {
                        throw new IllegalArgumentException("bad");
                    }
                })
                .leftJoin(builder.table(rows, "rows"), (value, row) -> row == null ? -1 : row)
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(OUT);
        try (PipelineTest test = PipelineTest.of(
                builder.build(),
                PipelineTestSettings.defaults()
                        .withPartitions(1)
                        .withApplication(given -> given.withTransactionRecords(transactionRecords)))) {
            TestInputTopic<String, Long> in = test.input(IN);
            in.send("k", 20L, 1);
            in.withHeaders(Header.ofUtf8("h", "x")).send("k", -1L, 2);
            in.send("k", 90L, 3);
            in.send("k", -1L, 4);
            in.send("k", 40L, 5);
            in.send("k", -1L, 6);
            for (long time : List.of(10, 20, 30, 40, 50, 95)) {
                test.input(rows).send("k", time, time);
            }
            test.crashAfter(20, CrashMode.PROCESS);
            test.run();
            assertThat(test.restarts()).isPositive();
            assertThat(test.output(OUT).readAll())
                    .extracting(seen -> seen.value() + "@" + seen.timestamp())
                    // What comes behind the record of 90 waits with it for the rows before.
                    .containsExactly("20@20", "20@20", "50@20", "50@40", "50@40");
            assertThat(told.values())
                    .containsExactly(
                            Set.of("k20@-1 10in-0"),
                            Set.of("k-1@20 21in-0"),
                            Set.of("k90@20 30in-0"),
                            Set.of("k-1@20 40in-0"),
                            Set.of("k40@20 50in-0"),
                            Set.of("k-1@40 60in-0"));
        }
    }

    @Test
    void aRecordIsToldOfWhileItIsAskedAboutAlone() {
        List<SourceRecord> kept = new ArrayList<>();
        Pipeline.Builder builder = Pipeline.named("times");
        builder.stream(IN)
                .withTimestampExtractor((key, value, record) -> {
                    kept.add(record);
                    return value;
                })
                .to(OUT);
        try (PipelineTest test = start(builder)) {
            test.input(IN).send("a", 1L);
            test.run();
            assertThat(kept.get(0).hasRecord()).isFalse();
            assertThatThrownBy(kept.get(0)::headers).hasMessageContaining("take what is needed of it");
        }
    }

    @Test
    void aTimeThatIsNoneIsTheRecordsErrorWithWhatToDo() {
        Pipeline.Builder builder = Pipeline.named("times");
        builder.stream(IN).withTimestampExtractor("reached", OF_VALUE).to(OUT);
        try (PipelineTest test = start(builder)) {
            test.input(IN).toPartition(1).send("a", -1L);
            assertThat(test.runUntilFailure())
                    .hasStackTraceContaining("The record of in-1 at offset 0 could not be processed")
                    .hasStackTraceContaining("The timestamp extractor of topic 'in' said -1")
                    .hasStackTraceContaining("if there was a record before it");
        }
    }

    @Test
    void whatIsNotKeptIsNotTold() {
        Pipeline.Builder builder = Pipeline.named("times");
        builder.stream(IN)
                .withTimestampExtractor((key, value, record) -> record.partitionTime())
                .to(OUT);
        try (PipelineTest test = start(builder)) {
            test.input(IN).send("a", 1L);
            assertThat(test.runUntilFailure())
                    .hasStackTraceContaining(
                            "How far the partitions of topic 'in' have come is not kept: give the extractor a name");
        }
    }

    @Test
    void topicsThatMatchAPatternEachHaveTheirOwn() {
        Pipeline.Builder builder = Pipeline.named("times");
        Topic<String, Long> more = Topic.of("in-more", Serdes.string(), Serdes.int64());
        builder.stream(TopicPattern.of("in.*", Serdes.string(), Serdes.int64()))
                .withTimestampExtractor("reached", OF_VALUE)
                .to(OUT, (key, value, partitions) -> 0);
        builder.topics(IN, more);
        try (PipelineTest test = start(builder)) {
            test.input(IN).toPartition(0).send("a", 50L);
            test.input(more).toPartition(0).send("b", 60L);
            test.run();
            test.crashAndRestart();
            test.input(IN).toPartition(0).send("c", -1L);
            test.input(more).toPartition(0).send("d", -1L);
            test.run();
            assertThat(written(test)).containsExactlyInAnyOrder("a@50", "b@60", "c@50", "d@60");
        }
    }

    @Test
    void whatIsKeptIsInTheManifestAndAStreamThatNobodyUsesIsAForgottenStep() {
        Pipeline.Builder builder = Pipeline.named("times");
        builder.stream(IN).withTimestampExtractor("reached", OF_VALUE);
        assertThatThrownBy(builder::build).hasMessageContaining("Nothing is done with 'read in'");
        builder.stream(IN).to(OUT);
        TopologyManifest manifest = TopologyManifest.of(Planner.plan(builder.build()));
        assertThat(TopologyPrinter.text(manifest)).contains("0: read in [reached]");
        assertThat(SourceRecord.UNKNOWN).isNegative();
    }
}
