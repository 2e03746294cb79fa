package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.plan.Topology;
import io.millrace.dsl.plan.WatermarkTopics;
import io.millrace.state.StateDatabase;
import io.millrace.transactions.TransactionalLog;
import java.util.Map;
import java.util.SortedMap;

/**
 * What all loops of an instance share, and all they share (R5).
 *
 * @param instance tells it from the application's other instances; may be empty
 * @param partitionCounts of every topic that the application knows
 */
record ApplicationCore(
        Topology topology,
        TransactionalLog log,
        AppSettings settings,
        StateDatabase database,
        Map<String, Integer> partitionCounts,
        GlobalTables globalTables,
        InstanceGuard guard,
        String instance) {
    ApplicationCore {
        partitionCounts = Map.copyOf(partitionCounts);
    }

    /** The topics that match its patterns. */
    MatchedTopics matchedTopics() {
        return new MatchedTopics(topology, log.admin());
    }

    /** The topics between its steps through which watermarks travel, with the number of the tasks that write each. */
    SortedMap<String, Integer> watermarkTopics() {
        return WatermarkTopics.of(topology, partitionCounts);
    }

    String name() {
        return topology.name();
    }

    /** See {@link #identity(String, String)}. */
    String identity() {
        return identity(name(), instance);
    }

    /** For messages, at the beginning of a sentence; an instance without a name is the application. */
    String told() {
        return instance.isEmpty()
                ? "Application '" + name() + "'"
                : "Instance '" + instance + "' of application '" + name() + "'";
    }

    /**
     * What the transactional ids and the group's members of an instance begin with. No application's name has an {@code @}, so that of an
     * instance is never another application's.
     */
    static String identity(String application, String instance) {
        return instance.isEmpty() ? application : application + "@" + instance;
    }
}
