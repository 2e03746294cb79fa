package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.Serdes;
import org.junit.jupiter.api.Test;

/** A start outlives what is over in a moment, and says what is not. */
class StartRetriesTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);

    private static Pipeline pipeline(boolean isChanged) {
        Pipeline.Builder builder = Pipeline.named("app");
        (isChanged ? builder.stream(IN).peek((key, value) -> {}) : builder.stream(IN))
                .groupByKey()
                .count("counts");
        return builder.build();
    }

    /** Each write of a first start, and of one that records another topology, finds the disk full once. */
    @Test
    void aDiskThatIsFullForAMomentEndsNoStart() {
        for (boolean isFirst : new boolean[] {true, false}) {
            for (int write = 0; write < 12; write++) {
                Simulation simulation = new Simulation(write);
                if (!isFirst) {
                    simulation.start(pipeline(false)).close();
                }
                simulation.log();
                simulation.world().storage().failAfter(StorageOperation.WRITE, write, Kind.NO_SPACE);
                Application app = simulation.start(pipeline(true));
                simulation.runUntilDrained(app);
                app.close();
                assertThat(TopologyRecord.read(simulation.log(), "app")
                                .orElseThrow()
                                .steps())
                        .as("write %d of a start, the first: %s", write, isFirst)
                        .hasSize(3);
            }
        }
    }

    @Test
    void aDiskThatStaysFullEndsItInWordsAndTheNextOneGoesOn() {
        Simulation simulation = new Simulation(1);
        simulation.start(pipeline(false)).close();
        simulation.world().storage().limitCapacity(0);
        assertThatThrownBy(() -> simulation.start(pipeline(true)))
                .isInstanceOf(LogException.class)
                .hasMessageMatching(
                        "(?s)Application 'app' is not started, because to [a-z ]+ failed 6 times in a row\\."
                                + " The last time: .*");
        simulation.world().storage().limitCapacity(Long.MAX_VALUE);
        simulation.start(pipeline(true)).close();
    }
}
