package io.millrace.dsl.runtime;

import io.millrace.dsl.plan.Topology;
import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.state.StateDatabase;
import io.millrace.state.StoreSpec;
import io.millrace.state.StoredPartition;
import java.util.HashMap;
import java.util.Map;

/** State follows the log, so that none may stand for more than the log has. */
final class StatePositions {
    private StatePositions() {}

    /**
     * Looks at all that is there, before anything runs.
     *
     * @throws LogException with STOP if a store is ahead of its changelog
     */
    static void check(StateDatabase database, Topology topology, LogAdmin admin) {
        Map<String, Integer> partitions = new HashMap<>();
        for (StoreSpec<?> store : topology.stores()) {
            admin.describeTopic(topology.changelogTopic(store.name()))
                    .ifPresent(changelog -> partitions.put(store.name(), changelog.partitions()));
        }
        for (StoredPartition stored : database.stored()) {
            if (stored.partition() < partitions.getOrDefault(stored.store(), 0)) {
                TopicPartition changelog =
                        new TopicPartition(topology.changelogTopic(stored.store()), stored.partition());
                check(
                        stored.store(),
                        stored.position(),
                        changelog,
                        admin.endOffset(changelog, Isolation.READ_UNCOMMITTED));
            }
        }
    }

    /** @param end of the changelog */
    static void check(String store, long position, TopicPartition changelog, long end) {
        if (position > end) {
            throw new LogException(
                    Disposition.STOP,
                    "The state of store '" + store + "', partition " + changelog.partition() + ", stands at offset "
                            + position + " of " + changelog + ", which ends at " + end
                            + ": the log has lost acknowledged records, or the state belongs to a copy of it. Restore the "
                            + "log, or remove the state directory: the state is then rebuilt from the log");
        }
    }
}
