package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.metrics.Metric;
import io.millrace.dsl.metrics.Metrics;
import io.millrace.dsl.metrics.micrometer.MillraceMeters;
import io.millrace.serde.Serdes;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

/** What an application counts. */
class AppMetricsTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, Long> DEAD =
            Topic.of("dead", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final int ITEMS = 50;

    private final Simulation simulation = new Simulation(2);

    @TempDir
    private Path directory;

    /** Of 50 records, every tenth is a dead letter, and every tenth is too late for its window. */
    private Application start(List<Map<String, String>> contexts) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.ingest("items", () -> RecordSource.of(Totals.items(ITEMS)), (item, out) -> {
            long root = Math.round(Math.sqrt(item));
            out.send(IN, "key", root, root % 10 == 5 ? 0 : 10_000 + root * 1_000);
        });
        builder.stream(IN)
                .onError(ErrorPolicy.deadLetter(DEAD))
                .peek((key, root) -> {
                    contexts.add(MDC.getCopyOfContextMap());
                    if (root % 10 == 3) {
                        throw new IllegalArgumentException("three");
                    }
                })
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(Duration.ofSeconds(1)))
                .count("counts")
                .toStream()
                .map((window, count) -> window.key(), (window, count) -> count)
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(OUT);
        AppSettings settings = AppSettings.of(
                        simulation.world().world(),
                        logId -> RocksBackend.open(directory.resolve("state"), logId, RocksConfig.defaults()))
                .withTransactionRecords(10);
        return builder.build().start(simulation.log(), settings);
    }

    @Test
    void everyRecordTransactionAndByteIsCounted() {
        Application app = start(new ArrayList<>());
        Metrics metrics = app.metrics();
        simulation.runUntilDrained(app);
        assertThat(metrics.value("millrace.records.ingested")).isEqualTo(ITEMS);
        assertThat(metrics.value("millrace.records.consumed"))
                .isEqualTo((double) app.status().recordsConsumed());
        assertThat(metrics.value("millrace.dead.letters")).isEqualTo(5);
        assertThat(metrics.value("millrace.records.dropped")).isEqualTo(5);
        assertThat(metrics.value("millrace.records.produced")).isEqualTo(ITEMS - 5 - 5);
        assertThat(metrics.value("millrace.bytes.produced")).isEqualTo((ITEMS - 5 - 5) * (3.0 + 8));
        assertThat(metrics.value("millrace.bytes.consumed")).isEqualTo((ITEMS - 5) * (3.0 + 8));
        assertThat(metrics.value("millrace.transactions.committed"))
                .isEqualTo((double) app.status().transactionsCommitted())
                .isGreaterThanOrEqualTo(6);
        assertThat(metrics.value("millrace.lag")).isZero();
        assertThat(metrics.value("millrace.commit")).isGreaterThanOrEqualTo(5);
        assertThat(metrics.value("millrace.state.size")).isPositive();
        assertThat(metrics.value("millrace.state.replay")).isPositive();
        assertThat(metrics.value("millrace.state.memory"))
                .isPositive()
                .isLessThan(metrics.value("millrace.state.memory.limit"));
        assertThat(metrics.value("millrace.restore.tasks")).isZero();
        assertThat(states(metrics)).containsExactly("running");
        assertThatThrownBy(() -> metrics.value("millrace.nothing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no metric 'millrace.nothing', but [millrace.records.consumed, ");
        assertThat(metrics.value("millrace.application.state", Map.of("state", "running")))
                .isEqualTo(1);
        assertThat(metrics.value("millrace.tasks"))
                .isEqualTo(metrics.value("millrace.tasks", Map.of("state", "running")));
        assertThatThrownBy(() -> metrics.value("millrace.application.state"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Metric 'millrace.application.state' is there 7 times, in states, of which a sum"
                        + " means nothing: say which one with value(name, tags), of [{state=created}, ");
        assertThatThrownBy(() -> metrics.value("millrace.tasks", Map.of("state", "lost")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no metric 'millrace.tasks' with the tags {state=lost}, but"
                        + " [{state=running}, {state=restoring}, {state=waiting}]");
        app.close();
        assertThat(metrics.value("millrace.dead.letters")).isEqualTo(5);
        assertThat(metrics.value("millrace.state.size")).isNaN();
        assertThat(states(metrics)).containsExactly("stopped");
    }

    /** Those whose gauge is 1. */
    private static List<String> states(Metrics metrics) {
        return metrics.all().stream()
                .filter(metric -> metric.id().name().equals("millrace.application.state"))
                .map(Metric.Gauge.class::cast)
                .filter(gauge -> gauge.value().getAsDouble() == 1)
                .map(gauge -> gauge.id().tags().get("state"))
                .toList();
    }

    @Test
    void latencyIsFromTheOldestRecordOfATransactionToItsCommit() {
        Application app = start(new ArrayList<>());
        simulation.runUntilDrained(app);
        Metric.Timer latency = app.metrics().all().stream()
                .filter(metric -> metric.id().name().equals("millrace.latency"))
                .map(Metric.Timer.class::cast)
                .findFirst()
                .orElseThrow();
        long nowMillis = simulation.world().world().clock().millis();
        assertThat(latency.count().getAsLong()).isPositive();
        assertThat(TimeUnit.NANOSECONDS.toMillis(latency.maxNanos().getAsLong()))
                .as("the timestamp of those that are late is 0")
                .isBetween(nowMillis - 60_000, nowMillis);
        app.close();
    }

    @Test
    void micrometerHasEveryMetric() {
        Application app = start(new ArrayList<>());
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MillraceMeters meters = new MillraceMeters(app);
        meters.bindTo(registry);
        simulation.runUntilDrained(app);
        Map<String, String> names = new HashMap<>();
        for (Meter meter : registry.getMeters()) {
            assertThat(meter.getId().getTag("application")).isEqualTo("app");
            assertThat(meter.getId().getTag("application.instance")).isEqualTo("default");
            assertThat(meter.getId().getDescription()).isNotBlank();
            names.put(meter.getId().getName(), meter.getId().getBaseUnit());
        }
        for (Metric metric : app.metrics().all()) {
            assertThat(names).containsKey(metric.id().name());
            if (!(metric instanceof Metric.Timer)) { // whose unit is the registry's
                assertThat(names).containsEntry(metric.id().name(), metric.id().unit());
            }
        }
        assertThat(registry.get("millrace.records.ingested").functionCounter().count())
                .isEqualTo(ITEMS);
        assertThat(registry.get("millrace.state.memory.limit").gauge().value())
                .isEqualTo(app.metrics().value("millrace.state.memory.limit"));
        assertThat(registry.get("millrace.state.cache.hit.rate")
                        .tag("store", "counts")
                        .gauge())
                .isNotNull();
        assertThat(registry.get("millrace.commit").functionTimer().count())
                .isEqualTo(app.metrics().value("millrace.commit"));
        assertThat(registry.get("millrace.latency.max").timeGauge().value(TimeUnit.NANOSECONDS))
                .isPositive()
                .isLessThan(registry.get("millrace.latency").functionTimer().totalTime(TimeUnit.NANOSECONDS));
        meters.close();
        assertThat(registry.getMeters()).isEmpty();
        app.close();
    }

    @Test
    void whatAStepLogsSaysApplicationLoopAndTask() throws ReflectiveOperationException {
        // The logging of the tests keeps no context.
        var adapter = MDC.class.getDeclaredField("MDC_ADAPTER");
        adapter.setAccessible(true);
        MDCAdapter before = (MDCAdapter) adapter.get(null);
        adapter.set(null, new BasicMDCAdapter());
        try {
            List<Map<String, String>> contexts = new ArrayList<>();
            Application app = start(contexts);
            simulation.runUntilDrained(app);
            app.close();
            assertThat(contexts)
                    .isNotEmpty()
                    .containsOnly(
                            Map.of("millrace.application", "app", "millrace.loop", "app-0", "millrace.task", "0_0"));
            assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
        } finally {
            adapter.set(null, before);
        }
    }
}
