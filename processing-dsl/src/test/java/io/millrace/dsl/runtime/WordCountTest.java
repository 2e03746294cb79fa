package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classic, on real files, threads and RocksDB: a stateless step, a repartition, a count, a restart. */
class WordCountTest {
    private static final Topic<String, String> LINES =
            Topic.of("lines", Serdes.string(), Serdes.string()).withPartitions(2);
    private static final Topic<String, String> WORDS =
            Topic.of("words", Serdes.string(), Serdes.string()).withPartitions(3);
    private static final Topic<String, Long> COUNTS =
            Topic.of("counts", Serdes.string(), Serdes.int64()).withPartitions(1);

    @TempDir
    private Path directory;

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("word-count");
        builder.stream(LINES)
                .<String, String>flatMap((key, line, out) -> {
                    for (String word : line.split(" ", -1)) {
                        out.emit(word, word);
                    }
                })
                .filter((key, word) -> !word.isEmpty())
                .repartition(WORDS)
                .groupByKey()
                .count("counts")
                .toStream()
                .to(COUNTS);
        return builder.build();
    }

    private AppSettings settings(World world) {
        return AppSettings.of(
                        world, logId -> RocksBackend.open(directory.resolve("state"), logId, RocksConfig.defaults()))
                .withLoops(2);
    }

    private static void send(EmbeddedLog log, String... lines) {
        log.admin().createTopic("lines", 2, LINES.settings());
        try (LogProducer producer = log.producer()) {
            for (String line : lines) {
                var ignored = producer.send(ProducerRecord.of("lines", BytesView.ofUtf8(line), BytesView.ofUtf8(line)));
            }
        }
    }

    private static Map<String, Long> newest(EmbeddedLog log) {
        Map<String, Long> newest = new TreeMap<>();
        for (LogReading.Seen<String, Long> seen : LogReading.read(log, COUNTS, 0)) {
            newest.put(seen.key(), seen.value());
        }
        return newest;
    }

    /** The counts as any thread sees them. */
    private static Map<String, Long> viewed(Application app) {
        Map<String, Long> viewed = new TreeMap<>();
        KeyValueSpec<String, Timestamped<Long>> counts =
                StoreSpec.timestamped("counts", Serdes.string(), Serdes.int64());
        for (int partition = 0; partition < WORDS.partitions().orElseThrow(); partition++) {
            try (StateView view = app.view(counts, partition)) {
                view.store(counts).forEach((word, count) -> viewed.put(word, count.value()));
            }
        }
        return viewed;
    }

    @Test
    void countsGoOnWhereTheyWereAfterARestart() {
        World world = SystemWorld.open(directory.resolve("log"));
        try (EmbeddedLog log = EmbeddedLog.open(directory.resolve("log"))) {
            send(log, "to be or not to be", "that is the question");
            try (Application app = pipeline().start(log, settings(world))) {
                assertThat(app.awaitDrained(Duration.ofMinutes(1))).isTrue();
                assertThat(viewed(app)).isEqualTo(newest(log));
                assertThat(newest(log)).containsEntry("to", 2L).containsEntry("question", 1L);
                assertThat(app.status().state()).isEqualTo(AppStatus.State.RUNNING);
                assertThat(app.status().lag()).hasValue(0);
            }
        }
        try (EmbeddedLog log = EmbeddedLog.open(directory.resolve("log"))) {
            try (Application app = pipeline().start(log, settings(world))) {
                send(log, "to be");
                assertThat(app.awaitDrained(Duration.ofMinutes(1))).isTrue();
                assertThat(app.failure()).isEmpty();
            }
            assertThat(newest(log))
                    .isEqualTo(Map.of(
                            "to", 3L, "be", 3L, "or", 1L, "not", 1L, "that", 1L, "is", 1L, "the", 1L, "question", 1L));
            assertThat(LogReading.read(log, COUNTS, 0)).hasSize(12);
        }
    }

    @Test
    void aTopicThatNobodyCreatesIsNamedWithTheFix() {
        World world = SystemWorld.open(directory.resolve("log"));
        Pipeline.Builder builder = Pipeline.named("lost");
        builder.stream(Topic.of("nowhere", Serdes.string(), Serdes.string())).peek((key, value) -> {});
        Pipeline pipeline = builder.build();
        try (EmbeddedLog log = EmbeddedLog.open(directory.resolve("log"))) {
            assertThatThrownBy(() -> pipeline.start(log, settings(world)))
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("'nowhere' does not exist")
                    .hasMessageContaining("withPartitions(n)");
            log.admin().createTopic("nowhere", 2, LINES.settings());
            Pipeline.Builder other = Pipeline.named("lost");
            other.stream(Topic.of("nowhere", Serdes.string(), Serdes.string()).withPartitions(3))
                    .peek((key, value) -> {});
            Pipeline differing = other.build();
            assertThatThrownBy(() -> differing.start(log, settings(world)))
                    .hasMessageContaining("has 2 partitions, but the pipeline declares 3");
        }
    }

    @Test
    void recordsKeepTheTimestampOfTheirInput() {
        World world = SystemWorld.open(directory.resolve("log"));
        try (EmbeddedLog log = EmbeddedLog.open(directory.resolve("log"))) {
            log.admin().createTopic("lines", 2, LINES.settings());
            try (LogProducer producer = log.producer()) {
                var ignored = producer.send(new ProducerRecord(
                        "lines", 1, 4711L, BytesView.ofUtf8("k"), BytesView.ofUtf8("hello"), List.of()));
            }
            try (Application app = pipeline().start(log, settings(world))) {
                assertThat(app.awaitDrained(Duration.ofMinutes(1))).isTrue();
            }
            assertThat(LogReading.read(log, COUNTS, 0))
                    .extracting(LogReading.Seen::timestamp)
                    .containsExactly(4711L);
        }
    }
}
