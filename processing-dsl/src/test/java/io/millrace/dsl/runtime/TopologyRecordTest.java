package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StoreSpec;
import io.millrace.state.memory.MemoryBackend;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A program whose state would not go on as it was is not started on the log that holds that state. */
class TopologyRecordTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);

    private final Simulation simulation = new Simulation(5);

    private static Pipeline counting(String store) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN).groupByKey().count(store);
        return builder.build();
    }

    @Test
    void whatWasStartedIsKeptInTheLogOnce() {
        assertThat(TopologyRecord.read(simulation.log(), "app")).isEmpty();
        simulation.start(counting("counts")).close();
        TopologyManifest expected = TopologyManifest.of(Planner.plan(counting("counts")));
        assertThat(TopologyRecord.read(simulation.log(), "app")).contains(expected);
        long end = end();
        simulation.start(counting("counts")).close();
        assertThat(end()).isEqualTo(end);
    }

    private long end() {
        return simulation.log().admin().endOffset(new TopicPartition("app-topology", 0), Isolation.READ_UNCOMMITTED);
    }

    @Test
    void anotherStoreIsRefusedBeforeAnythingIsCreated() {
        simulation.start(counting("counts")).close();
        assertThatThrownBy(() -> simulation.start(counting("numbers")))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("store 'counts' is gone: what it holds would be kept no longer")
                .hasMessageContaining(
                        "if it is called 'numbers' now: say .renamedFrom(\"counts\") right behind the step 'numbers'")
                .hasMessageContaining("if it is to be deleted: builder.allow(TopologyChange.drop(\"counts\"))");
        assertThat(simulation.log().admin().describeTopic("app-numbers-changelog"))
                .isEmpty();
        simulation.start(counting("counts")).close();
    }

    private static Pipeline keeping(Serde<?> values) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .process(
                        "keep",
                        stores -> (key, value, context) -> {},
                        StoreSpec.keyValue("kept", Serdes.string(), values));
        return builder.build();
    }

    /** No bytes are converted: neither those in the state, nor those in the changelog of an instance that has none yet. */
    @Test
    void anotherSerdeOfAStoreIsRefused() {
        simulation.start(keeping(Serdes.int64())).close();
        Optional<TopologyManifest> recorded = TopologyRecord.read(simulation.log(), "app");
        List<Function<String, MemoryBackend>> backends = List.of(simulation::backend, MemoryBackend::new);
        for (Function<String, MemoryBackend> backend : backends) {
            AppSettings settings = AppSettings.of(simulation.world().world(), backend);
            assertThatThrownBy(() -> keeping(Serdes.string()).start(simulation.log(), settings))
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("store 'kept' is another one: the value was int64 and is utf8")
                    .hasMessageContaining("builder.allow(TopologyChange.drop(\"kept\"))");
        }
        assertThat(TopologyRecord.read(simulation.log(), "app")).isEqualTo(recorded);
        simulation.start(keeping(Serdes.int64())).close();
    }
}
