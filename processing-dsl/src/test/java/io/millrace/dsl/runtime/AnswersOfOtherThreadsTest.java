package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that real threads answer, on real files: each answer is heard, once, in the order of its key. */
class AnswersOfOtherThreadsTest {
    private static final int RECORDS = 2_000;
    private static final Topic<String, String> IN =
            Topic.of("in", Serdes.string(), Serdes.string()).withPartitions(2);
    private static final Topic<String, String> OUT =
            Topic.of("out", Serdes.string(), Serdes.string()).withPartitions(1);

    @TempDir
    private Path directory;

    private final ExecutorService others = Executors.newFixedThreadPool(4);

    private Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("asking");
        builder.stream(IN)
                .mapAsync("ask", (key, value, call) -> CompletableFuture.supplyAsync(() -> value + "!", others), 16)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(OUT);
        return builder.build();
    }

    private static void send(EmbeddedLog log) {
        log.admin().createTopic("in", 2, IN.settings());
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < RECORDS; i++) {
                BytesView key = BytesView.ofUtf8("key-" + i % 7);
                var ignored = producer.send(ProducerRecord.of("in", key, BytesView.ofUtf8(String.valueOf(i))));
            }
        }
    }

    @Test
    void eachIsHeardOnceInTheOrderOfItsKey() throws Exception {
        World world = SystemWorld.open(directory.resolve("log"));
        AppSettings settings = AppSettings.of(
                        world, logId -> RocksBackend.open(directory.resolve("state"), logId, RocksConfig.defaults()))
                .withLoops(2)
                .withCommitInterval(Duration.ofMillis(20));
        try (EmbeddedLog log = EmbeddedLog.open(directory.resolve("log"))) {
            send(log);
            try (Application app = pipeline().start(log, settings)) {
                assertThat(app.awaitDrained(Duration.ofMinutes(1))).isTrue();
            }
            Map<String, List<Integer>> answers = new TreeMap<>();
            for (LogReading.Seen<String, String> seen : LogReading.read(log, OUT, 0)) {
                String answer = String.valueOf(seen.value());
                answers.computeIfAbsent(seen.key(), key -> new ArrayList<>())
                        .add(Integer.valueOf(answer.substring(0, answer.length() - 1)));
            }
            assertThat(answers).hasSize(7);
            answers.forEach(
                    (key, numbers) -> assertThat(numbers).as(key).isSorted().doesNotHaveDuplicates());
            assertThat(answers.values().stream().mapToInt(List::size).sum()).isEqualTo(RECORDS);
        } finally {
            others.shutdown();
        }
    }
}
