package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopologyChange;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Instances of two versions of a program on one log. */
class EvolutionInstancesTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(4);

    private static final Topic<String, Long> ROWS =
            Topic.of("rows", Serdes.string(), Serdes.int64()).withPartitions(2);

    private final Simulation simulation = new Simulation(7);

    private static Pipeline counting(String store, TopologyChange... allowed) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN).groupByKey().count(store);
        return builder.allow(allowed).build();
    }

    private static Pipeline renamed() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN).groupByKey().count("totals").renamedFrom("counts");
        return builder.build();
    }

    private Application start(Pipeline pipeline, String instance) {
        return pipeline.start(
                simulation.log(), AppSettings.of(simulation.world().world(), MemoryBackend::new), instance);
    }

    private void runAll(Application... all) {
        for (Application app : all) {
            simulation.runUntilDrained(app);
        }
        simulation.world().runFor(Duration.ofSeconds(1));
    }

    private void send(int count) {
        try (LogProducer producer = simulation.log().producer()) {
            for (int i = 0; i < count; i++) {
                BytesWriter value = new BytesWriter(Long.BYTES);
                Serdes.int64().write(1L, value);
                producer.send(ProducerRecord.of("in", BytesView.ofUtf8("key " + i), value.viewInto(new BytesView())));
            }
        }
    }

    private static Map<String, Long> counts(Application app, String store) {
        Map<String, Long> counts = new HashMap<>();
        app.queries().keyValue(store, Serdes.string(), Serdes.int64()).forEach((key, value) -> counts.put(key, value));
        return counts;
    }

    @Test
    void whatAnInstanceWorksWithIsNotGivenUp() {
        Application first = start(counting("counts"), "a");
        Application second = start(counting("counts"), "b");
        runAll(first, second);
        Pipeline next = counting("totals", TopologyChange.drop("counts"));
        assertThatThrownBy(() -> start(next, "a"))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("Other instances of 'app' run, [app@b-0]")
                .hasMessageContaining("gives up store 'counts': stop all of them");
        assertThat(counting("counts").plan(simulation.log()).toString()).contains("store 'counts' goes on");
        second.close();
        Application alone = start(next, "a");
        runAll(alone);
        alone.close();
        first.close();
    }

    /** Its rows are those of the instance alone. */
    @Test
    void aGlobalTableMayGoWhileOthersHaveIt() {
        Application first = start(looking(), "a");
        runAll(first);
        Application second = start(counting("counts"), "b");
        runAll(first, second);
        first.close();
        second.close();
    }

    private static Pipeline looking() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN).groupByKey().count("counts");
        builder.stream(IN)
                .join(builder.globalTable(ROWS, "rows"), (key, value) -> key, (value, row) -> value)
                .forEach((key, value) -> {});
        return builder.build();
    }

    private static Pipeline reading(String... sources) {
        Pipeline.Builder builder = Pipeline.named("app").topics(IN);
        for (String source : sources) {
            builder.ingest(
                    source, () -> RecordSource.of(List.of(1L)), (item, context) -> context.send(IN, source, item));
        }
        return builder.allow(TopologyChange.drop("csv")).build();
    }

    @Test
    void aSourceThatAnInstanceReadsIsNotGivenUp() {
        Application first = start(reading("csv", "file"), "a");
        runAll(first);
        assertThatThrownBy(() -> start(reading("file"), "b"))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("app@a-ingest-csv")
                .hasMessageContaining("gives up source 'csv'");
        first.close();
        start(reading("file"), "b").close();
    }

    /** It was started and not seen yet. */
    @Test
    void anInstanceThatComesTooLateEnds() {
        Application late = start(counting("counts"), "b");
        Application next = start(counting("totals", TopologyChange.drop("counts")), "a");
        simulation.world().runUntil(() -> late.failure().isPresent(), Duration.ofMinutes(1));
        assertThat(late.failure().orElseThrow())
                .hasMessageContaining("A newer version of application 'app' has given up store 'counts'");
        late.close();
        runAll(next);
        next.close();
    }

    /** A change of names alone: both go on with the same stores, and what one has counted the other counts on. */
    @Test
    void instancesOfBothNamesShareThePartitions() {
        Application before = start(counting("counts"), "a");
        send(20);
        runAll(before);
        Application after = start(renamed(), "b");
        runAll(before, after);
        send(20);
        runAll(before, after);
        before.close();
        send(20);
        runAll(after);
        assertThat(counts(after, "totals"))
                .hasSize(20)
                .allSatisfy((key, count) -> assertThat(count).isEqualTo(3L));
        after.close();
    }
}
