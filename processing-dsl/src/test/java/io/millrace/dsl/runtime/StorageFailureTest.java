package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.StorageOperation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writes that fail while the process lives. */
class StorageFailureTest {
    private static final List<Long> ITEMS = Totals.items(12);
    private static final Pipeline PIPELINE = Totals.pipeline(ITEMS);

    private static Simulation simulation() {
        return new Simulation(3, EmbeddedLogConfig.defaults(), settings -> settings.withTransactionRecords(3));
    }

    @Test
    void aDiskThatIsFullForAMomentCostsRetriesAndNothingElse() {
        int survived = 0;
        for (int write = 0; write < 60; write++) {
            Simulation simulation = simulation();
            Application app = simulation.start(PIPELINE);
            simulation.world().storage().failAfter(StorageOperation.WRITE, write, Kind.NO_SPACE);
            simulation.world().runUntil(() -> app.isDrained() || app.failure().isPresent(), Duration.ofHours(1));
            if (app.failure().isEmpty()) {
                survived++;
            }
            assertConsistent(simulation, write);
        }
        assertThat(survived).isGreaterThan(50);
    }

    @Test
    void aBrokenDiskEndsTheApplicationAndTheNextStartGoesOn() {
        for (int write = 0; write < 60; write++) {
            Simulation simulation = simulation();
            Application app = simulation.start(PIPELINE);
            simulation.world().storage().failAfter(StorageOperation.WRITE, write, Kind.IO);
            simulation.world().runUntil(() -> app.isDrained() || app.failure().isPresent(), Duration.ofHours(1));
            simulation.crash(CrashMode.PROCESS);
            simulation.runUntilDrained(simulation.start(PIPELINE));
            assertConsistent(simulation, write);
        }
    }

    private static void assertConsistent(Simulation simulation, int write) {
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            assertThat(LogReading.texts(simulation.log(), Totals.OUT, partition))
                    .as("partition %d after write %d failed", partition, write)
                    .isEqualTo(Totals.fold(Totals.committedInputs(simulation.log(), partition)));
        }
    }
}
