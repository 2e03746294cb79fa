package io.millrace.dsl.runtime;

import io.millrace.dsl.Kept;
import io.millrace.dsl.Repartition;
import io.millrace.dsl.plan.Changelog;
import io.millrace.dsl.plan.Topology;
import io.millrace.log.Disposition;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogException;
import io.millrace.state.StateBackend;
import io.millrace.state.StoredPartition;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what an application has given up, once that is recorded: at each start, since the one that recorded it may have ended before, and a state directory may come back that
 * was away.
 */
final class RetiredStorage {
    private static final Logger LOG = LoggerFactory.getLogger(RetiredStorage.class);

    private RetiredStorage() {}

    /** @param backend before anything is written to it, and with the names that it gives to stores */
    static void delete(Topology topology, LogAdmin admin, StateBackend backend) {
        for (Kept retired : topology.storage().retired()) {
            switch (retired.kind()) {
                case STORE -> deleteTopic(admin, Changelog.topic(topology.name(), retired.name()));
                case REPARTITION -> deleteTopic(admin, Repartition.topicOf(topology.name(), retired.name()));
                case SOURCE -> {
                    // Its position is a few bytes in the topic of all positions, which nobody asks for again.
                }
            }
        }
        List<StoredPartition> gone = backend.stored().stream()
                .filter(stored -> topology.storage().retired().contains(Kept.store(stored.store())))
                .toList();
        if (!gone.isEmpty()) {
            backend.write(
                    sink -> gone.forEach(stored -> sink.drop(backend.openStore(stored.store()), stored.partition())));
            backend.flush();
            LOG.info("Deleted the state of {}, which application {} has given up", gone, topology.name());
        }
    }

    private static void deleteTopic(LogAdmin admin, String topic) {
        if (admin.describeTopic(topic).isEmpty()) {
            return;
        }
        try {
            admin.deleteTopic(topic);
            LOG.info("Deleted topic {}: what it is of was given up", topic);
        } catch (LogException e) {
            if (e.disposition() != Disposition.RETRY) {
                throw e;
            }
            LOG.warn("Topic {} is deleted by the next start: {}", topic, e.getMessage());
        }
    }
}
