package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.plan.Topology;
import io.millrace.state.StateDatabase;
import io.millrace.transactions.TransactionalLog;
import java.util.Map;

/**
 * What all loops of an application share, and all they share (R5).
 *
 * @param partitionCounts of every topic that the application knows
 */
record ApplicationCore(
        Topology topology,
        TransactionalLog log,
        AppSettings settings,
        StateDatabase database,
        Map<String, Integer> partitionCounts,
        InstanceGuard guard) {
    ApplicationCore {
        partitionCounts = Map.copyOf(partitionCounts);
    }

    String name() {
        return topology.name();
    }
}
