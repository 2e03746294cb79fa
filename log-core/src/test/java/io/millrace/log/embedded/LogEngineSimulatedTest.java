package io.millrace.log.embedded;

import io.millrace.log.EventLog;
import io.millrace.log.ProducerContract;
import io.millrace.platform.sim.SimulatedWorld;

/** The contract in a simulated world, with fewer open files than it has partitions. */
class LogEngineSimulatedTest extends ProducerContract {
    private final SimulatedWorld world = new SimulatedWorld(20260101);

    @Override
    protected EventLog open() {
        return LogEngine.open(world.world(), EmbeddedLogConfig.defaults().withMaxOpenFiles(3));
    }

    @Override
    protected void settle() {
        world.runUntilIdle();
    }
}
