package io.millrace.dsl.runtime;

import io.millrace.dsl.GlobalTableSpec;
import io.millrace.dsl.GlobalTableStep;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.plan.Topology;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.state.StateDatabase;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the loop that fills an instance's global tables meets the tasks that look into them: it says what has changed, and whether all is there. Safe
 * for use by several threads.
 */
final class GlobalTables {
    private static final Logger LOG = LoggerFactory.getLogger(GlobalTables.class);

    private final Map<String, Rows> tables = new LinkedHashMap<>();
    private volatile boolean isLoaded;

    /** One table. */
    static final class Rows {
        private final GlobalTableStep step;
        private final AtomicLongArray partitionVersions;
        private final AtomicLong version = new AtomicLong();

        private Rows(GlobalTableStep step, int partitions) {
            this.step = step;
            this.partitionVersions = new AtomicLongArray(partitions);
        }

        GlobalTableStep step() {
            return step;
        }

        GlobalTableSpec<Object, Object> spec() {
            return step.store();
        }

        int partitions() {
            return partitionVersions.length();
        }

        /** Another one whenever a row of any partition may be another one. */
        long version() {
            return version.get();
        }

        /** The same of a partition: at least as new as the table's version that was read before it. */
        long version(int partition) {
            return partitionVersions.get(partition);
        }

        /** By the loop alone, when what it has read is committed. */
        void changed(int partition) {
            partitionVersions.incrementAndGet(partition);
            version.incrementAndGet();
        }
    }

    /** @param partitionCounts of their topics */
    GlobalTables(Topology topology, Map<String, Integer> partitionCounts) {
        for (GlobalTableStep step : topology.globalTables()) {
            int partitions = partitionCounts.getOrDefault(step.topic().name(), 0);
            tables.put(step.store().name(), new Rows(step, partitions));
        }
        isLoaded = tables.isEmpty();
    }

    /** Says which topics the tables are of: rows of one that was deleted and made anew under its name are not of it. */
    static void follow(StateDatabase database, Topology topology, LogAdmin admin) {
        for (GlobalTableStep step : topology.globalTables()) {
            TopicDescription topic = admin.describeTopic(step.topic().name())
                    .orElseThrow(
                            () -> new PipelineException("Topic '" + step.topic().name() + "' of global table '"
                                    + step.store().name() + "' has just been deleted: create it and start again"));
            if (!database.follow(step.store(), topic.id())) {
                LOG.warn(
                        "Topic {} is not the one that global table {} was of, but a new one with its name: the table is built anew",
                        topic.name(),
                        step.store().name());
            }
        }
    }

    Map<String, Rows> all() {
        return tables;
    }

    Rows of(String name) {
        Rows rows = tables.get(name);
        if (rows == null) {
            throw new IllegalArgumentException("There is no global table '" + name + "', but " + tables.keySet());
        }
        return rows;
    }

    /** Whether what was in the topics when the application started is in the tables, so that tasks may look into them. */
    boolean isLoaded() {
        return isLoaded;
    }

    /** By the loop alone. */
    void loaded(boolean value) {
        isLoaded = value;
    }
}
