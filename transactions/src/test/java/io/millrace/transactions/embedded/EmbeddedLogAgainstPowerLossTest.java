package io.millrace.transactions.embedded;

import io.millrace.log.Durability;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalLogContract;

class EmbeddedLogAgainstPowerLossTest extends TransactionalLogContract {
    @Override
    protected TransactionalLog openEmpty() {
        return EmbeddedLog.open(
                new SimulatedWorld(1).world(), EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS));
    }
}
