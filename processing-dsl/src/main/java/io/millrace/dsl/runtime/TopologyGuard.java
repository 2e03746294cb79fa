package io.millrace.dsl.runtime;

import io.millrace.dsl.Kept;
import io.millrace.dsl.plan.StorageNames;
import io.millrace.dsl.plan.Topology;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.log.Disposition;
import io.millrace.log.EventLog;
import io.millrace.log.LogException;
import java.util.Collection;

/** Tells whether what an instance keeps is still what its application keeps: a newer version may have given it up. Stateless, but for what it is of. */
record TopologyGuard(EventLog log, Topology topology) {
    /**
     * Asked before a task opens its stores.
     *
     * @throws LogException with STOP if one of them is given up
     */
    void check(Collection<String> stores) {
        StorageNames now = TopologyRecord.read(log, topology.name())
                .map(TopologyManifest::storage)
                .orElse(StorageNames.NONE);
        for (String store : stores) {
            Kept kept = Kept.store(store);
            if (now.retired().contains(topology.storage().storageOf(kept))) {
                throw new LogException(
                        Disposition.STOP,
                        "A newer version of application '" + topology.name() + "' has given up " + kept
                                + ", which this instance has: it runs the version before, and ends. Start the newer one in its place");
            }
        }
    }
}
