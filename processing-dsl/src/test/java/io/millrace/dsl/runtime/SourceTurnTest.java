package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which instance reads a source: one, whatever they are called, and another one when that ends. */
class SourceTurnTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final List<Long> ITEMS = Totals.items(60);

    private final List<Application> instances = new ArrayList<>();
    /** By instances that have ended. */
    private long ingestedBefore;

    private static Simulation simulation(long seed) {
        return new Simulation(seed, EmbeddedLogConfig.defaults(), given -> given);
    }

    private static Application start(Simulation simulation, Pipeline pipeline, String name) {
        AppSettings settings = AppSettings.of(simulation.world().world(), MemoryBackend::new)
                .withTransactionRecords(3)
                .withCommitInterval(Duration.ofMillis(1));
        return pipeline.start(simulation.log(), settings, name);
    }

    private void start(Simulation simulation, String... names) {
        instances.clear();
        for (String name : names) {
            instances.add(start(simulation, Totals.pipeline(ITEMS), name));
        }
    }

    private void runUntilDrained(Simulation simulation) {
        simulation
                .world()
                .runUntil(
                        () -> instances.stream().allMatch(Application::isDrained)
                                || instances.stream()
                                        .anyMatch(app -> app.failure().isPresent()),
                        LONG);
        assertThat(instances)
                .as("%s", simulation.world())
                .allSatisfy(app -> assertThat(app.failure()).isEmpty())
                .allSatisfy(app -> assertThat(app.isDrained()).isTrue());
    }

    /** Those that read the source. */
    private List<Application> readers() {
        return instances.stream()
                .filter(app -> !app.status().ingests().isEmpty())
                .toList();
    }

    private static void assertFolded(Simulation simulation) {
        int inputs = 0;
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            List<String> input = LogReading.texts(simulation.log(), Totals.IN, partition);
            assertThat(LogReading.texts(simulation.log(), Totals.OUT, partition))
                    .as("partition %d of %s", partition, simulation.world())
                    .isEqualTo(Totals.fold(input));
            inputs += input.size();
        }
        assertThat(inputs).as("%s", simulation.world()).isEqualTo(ITEMS.size());
    }

    @Test
    void aSourceIsReadByOneInstanceThoughAllHaveNames() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = simulation(seed);
            start(simulation, "a", "b", "c");
            runUntilDrained(simulation);
            assertThat(readers()).as("%s", simulation.world()).hasSize(1);
            assertThat(instances.stream()
                            .mapToLong(app -> app.status().recordsIngested())
                            .sum())
                    .isEqualTo(ITEMS.size());
            assertThat(readers().get(0).status().recordsIngested()).isEqualTo(ITEMS.size());
            assertFolded(simulation);
            instances.forEach(Application::close);
        }
    }

    @Test
    void anotherInstanceGoesOnWhenTheOneThatReadsEnds() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = simulation(seed);
            start(simulation, "a", "", "b");
            while (instances.size() > 1) {
                int left = instances.size();
                simulation
                        .world()
                        .runUntil(() -> readers().size() == 1 && ingested() >= ITEMS.size() * (4 - left) / 4, LONG);
                assertThat(readers()).as("%s", simulation.world()).hasSize(1);
                Application reader = readers().get(0);
                instances.remove(reader);
                reader.close();
                ingestedBefore += reader.status().recordsIngested();
            }
            runUntilDrained(simulation);
            assertFolded(simulation);
            assertThat(ingested()).isEqualTo(ITEMS.size());
            ingestedBefore = 0;
            instances.forEach(Application::close);
        }
    }

    private long ingested() {
        return ingestedBefore
                + instances.stream()
                        .mapToLong(app -> app.status().recordsIngested())
                        .sum();
    }

    @Test
    void anInstanceThatStartsDoesNotDisturbTheOneThatReads() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = simulation(seed);
            start(simulation, "a");
            simulation.world().runUntil(() -> ingested() >= 10, LONG);
            instances.add(start(simulation, Totals.pipeline(ITEMS), ""));
            runUntilDrained(simulation);
            assertThat(instances.get(0).status().ingests()).hasSize(1);
            assertThat(instances.get(0).status().recordsIngested()).isEqualTo(ITEMS.size());
            assertThat(instances.get(0).status().transactionsAborted()).isZero();
            assertFolded(simulation);
            instances.forEach(Application::close);
        }
    }

    private static final Topic<String, String> LARGE =
            Topic.of("large", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final int LARGE_ITEMS = 2_500;

    /** A source of several steps. */
    private static Pipeline large() {
        String value = "v".repeat(2_000);
        return Pipeline.named("large")
                .ingest(
                        "items",
                        () -> RecordSource.of(Totals.items(LARGE_ITEMS)),
                        (item, out) -> out.send(LARGE, Totals.key(item), value))
                .topics(LARGE)
                .build();
    }

    /** Its only commit comes at its end. */
    private static Application startLarge(Simulation simulation, String name) {
        AppSettings settings = AppSettings.of(simulation.world().world(), MemoryBackend::new)
                .withTransactionRecords(Integer.MAX_VALUE)
                .withCommitInterval(LONG);
        return large().start(simulation.log(), settings, name);
    }

    private static boolean isOpen(Simulation simulation, String transactionalId) {
        return simulation.log().transactions().list().stream()
                .anyMatch(transaction -> transaction.transactionalId().equals(transactionalId)
                        && !transaction.partitions().isEmpty());
    }

    @Test
    void theTransactionThatIsOpenGoesOnWhenAnotherInstanceStarts() {
        Simulation simulation = simulation(1);
        Application reader = startLarge(simulation, "a");
        assertThat(simulation.world().runUntil(() -> isOpen(simulation, "large@@ingest-items"), LONG))
                .isTrue();
        Application other = startLarge(simulation, "");
        assertThat(isOpen(simulation, "large@@ingest-items")).isTrue();
        simulation.runUntilDrained(reader);
        assertThat(reader.status().recordsIngested()).isEqualTo(LARGE_ITEMS);
        assertThat(reader.status().transactionsAborted()).isZero();
        other.close();
        reader.close();
    }

    /** A loop that hangs in its source keeps its producer. */
    @Test
    void theOpenTransactionOfASourceThatIsGoneIsEndedAtTheNextStart() {
        Simulation simulation = simulation(1);
        start(simulation, large(), "a").close();
        try (TransactionalProducer gone = simulation
                .log()
                .transactionalProducer(TransactionalProducerConfig.of("large@@ingest-gone")
                        .withTransactionTimeout(Duration.ofHours(1)))) {
            gone.begin();
            gone.send(new TopicPartition("large", 0), 0, null, BytesView.ofUtf8("left"), List.of());
            gone.flush();
            assertThat(isOpen(simulation, "large@@ingest-gone")).isTrue();
            Application app = start(simulation, large(), "b");
            assertThat(isOpen(simulation, "large@@ingest-gone")).isFalse();
            app.close();
        }
    }

    @Test
    void anInstanceThatWaitsForItsTurnRuns() {
        Simulation simulation = simulation(1);
        start(simulation, "a", "b");
        runUntilDrained(simulation);
        simulation
                .world()
                .runUntil(
                        () -> instances.stream().allMatch(app -> app.status().state() == AppStatus.State.RUNNING),
                        LONG);
        assertThat(instances).allSatisfy(app -> assertThat(app.status().state()).isEqualTo(AppStatus.State.RUNNING));
        instances.forEach(Application::close);
    }

    @Test
    void whereNobodyReadsItNothingIsDrained() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = simulation(seed);
            start(simulation, "a", "b");
            simulation.world().runUntil(() -> readers().size() == 1 && ingested() >= 10, LONG);
            Application reader = readers().get(0);
            instances.remove(reader);
            reader.close();
            // Nobody has told the other one yet, and what came is processed.
            boolean drained = simulation.world().runUntil(() -> instances.get(0).isDrained(), LONG);
            assertThat(drained).isTrue();
            assertThat(instances.get(0).status().recordsIngested())
                    .isEqualTo(ITEMS.size() - reader.status().recordsIngested());
            instances.forEach(Application::close);
        }
    }

    @Test
    void aReaderThatSaysNothingForLongIsReplacedAndCannotWriteAnyMore() {
        for (long seed = 0; seed < 20; seed++) {
            Simulation simulation = simulation(seed);
            start(simulation, "a", "b");
            for (int enough = 10; enough < ITEMS.size(); enough += 20) {
                int most = enough;
                simulation.world().runUntil(() -> ingested() >= most, LONG);
                simulation.world().advance(Duration.ofMinutes(6)); // longer than a member may be silent
            }
            runUntilDrained(simulation);
            assertThat(readers()).as("%s", simulation.world()).hasSize(1);
            assertFolded(simulation);
            instances.forEach(Application::close);
        }
    }
}
