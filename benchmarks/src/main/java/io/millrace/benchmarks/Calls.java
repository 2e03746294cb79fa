package io.millrace.benchmarks;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How many records a second a {@code mapAsync} takes from one partition, by how many calls are under way. */
@Command(
        name = "calls",
        description =
                "Runs mapAsync over one partition, with calls that take a fixed time and no processor: records a second by how many are under way.",
        mixinStandardHelpOptions = true)
final class Calls implements Callable<Integer> {
    private static final Topic<Long, Long> IN =
            Topic.of("in", Serdes.int64(), Serdes.int64()).withPartitions(1);
    private static final Topic<Long, Long> OUT =
            Topic.of("out", Serdes.int64(), Serdes.int64()).withPartitions(1);

    @Option(names = "--millis", defaultValue = "5", description = "How long a call takes; default: ${DEFAULT-VALUE}.")
    private int millis;

    @Option(
            names = "--commit-millis",
            defaultValue = "100",
            description = "The commit interval; default: ${DEFAULT-VALUE}.")
    private int commitMillis;

    @Option(
            names = "--seconds",
            defaultValue = "3",
            description = "For so long there is work; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--concurrency",
            split = ",",
            defaultValue = "1,2,4,8,16,32,256",
            description = "How many are under way; default: ${DEFAULT-VALUE}.")
    private List<Integer> concurrencies = List.of();

    @Override
    public Integer call() throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (int concurrency : concurrencies) {
            Path root = DataDirectory.create("calls-");
            try {
                figures.add(new Figure(concurrency + " under way: records", measure(root, concurrency), "/s"));
            } finally {
                DataDirectory.delete(root);
            }
        }
        Figure.print(figures);
        return 0;
    }

    private Pipeline pipeline(int concurrency) {
        Executor later = CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
        Pipeline.Builder builder = Pipeline.named("calls");
        builder.stream(IN)
                .<Long>mapAsync(
                        "ask", (key, value, call) -> CompletableFuture.supplyAsync(() -> value, later), concurrency)
                .withSerdes(Serdes.int64(), Serdes.int64())
                .to(OUT);
        return builder.build();
    }

    private double measure(Path directory, int concurrency) {
        int records = Math.max(100, concurrency * seconds * 1_000 / millis);
        World world = SystemWorld.open(directory.resolve("log"));
        try (EmbeddedLog log = EmbeddedLog.open(directory.resolve("log"))) {
            log.admin().createTopic(IN.name(), 1, IN.settings());
            try (LogProducer producer = log.producer()) {
                for (long i = 0; i < records; i++) {
                    var ignored = producer.send(ProducerRecord.of(IN.name(), bytes(i), bytes(i)));
                }
            }
            AppSettings settings = AppSettings.of(
                            world,
                            (logId, memory) ->
                                    RocksBackend.open(directory.resolve("state"), logId, RocksConfig.within(memory)))
                    .withCommitInterval(Duration.ofMillis(commitMillis));
            long began = System.nanoTime();
            try (Application app = pipeline(concurrency).start(log, settings)) {
                if (!app.awaitDrained(Duration.ofMinutes(10))) {
                    throw new IllegalStateException(
                            "Not everything was processed", app.failure().orElse(null));
                }
                return records / ((System.nanoTime() - began) / 1e9);
            }
        }
    }

    private static BytesView bytes(long number) {
        BytesWriter writer = new BytesWriter();
        Serdes.int64().write(number, writer);
        return writer.viewInto(new BytesView());
    }
}
