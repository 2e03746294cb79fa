package io.millrace.log.embedded;

import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.recovery.PartitionRepair;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import java.util.ArrayList;
import java.util.List;

/**
 * Repairs the partitions of a log that is not open elsewhere; holds its lock until closed. Owned by one thread.
 *
 * <p>A partition whose durable bytes are not what was written refuses to open, so that a person decides. {@link #plan} says what there is to
 * decide, and changes nothing; {@link #apply} does it. Whoever has a copy of the directory does better to restore it.
 */
public final class LogRepair implements AutoCloseable {
    private static final int INDEX_INTERVAL_BYTES = 4096;

    private final World world;
    private final AutoCloseable lock;
    private final TopicCatalogue catalogue;

    private LogRepair(World world, AutoCloseable lock, TopicCatalogue catalogue) {
        this.world = world;
        this.lock = lock;
        this.catalogue = catalogue;
    }

    /** @throws io.millrace.log.LogException with STOP if the log is open elsewhere, or its catalogue is damaged */
    public static LogRepair open(World world) {
        AutoCloseable lock = LogEngine.lock(world.storage());
        TopicCatalogue catalogue = null;
        try {
            catalogue = TopicCatalogue.open(world);
            return new LogRepair(world, lock, catalogue);
        } finally {
            if (catalogue == null) {
                LogEngine.unlock(lock);
            }
        }
    }

    /** What is wrong with the partitions that need a repair, and what it would take away. Reads every batch of the log. */
    public List<RepairPlan> plan() {
        List<RepairPlan> plans = new ArrayList<>();
        for (TopicPartition topicPartition : catalogue.partitions()) {
            RepairPlan plan = plan(topicPartition);
            if (plan.isNeeded()) {
                plans.add(plan);
            }
        }
        return plans;
    }

    /** The same for one partition, also if it needs none. @throws io.millrace.log.LogException if there is no such partition */
    public RepairPlan plan(TopicPartition topicPartition) {
        catalogue.require(topicPartition);
        try {
            CleanShutdown.State state = CleanShutdown.read(world.storage(), catalogue.partitions());
            return repairOf(topicPartition).plan(state.lastEnd(topicPartition));
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "Partition " + topicPartition + " could not be looked through");
        }
    }

    /** Repairs a partition as planned: durably, and wholly or not at all, whatever crashes. */
    public void apply(RepairPlan plan) {
        TopicPartition topicPartition = plan.topicPartition();
        catalogue.require(topicPartition);
        Storage storage = world.storage();
        try {
            // Whatever happens from here on, the next opening recovers the partition.
            CleanShutdown.State state = CleanShutdown.take(storage, catalogue.partitions());
            state.unclean().add(topicPartition);
            CleanShutdown.write(storage, state);
            repairOf(topicPartition).apply(plan);
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "Partition " + topicPartition + " could not be repaired");
        }
    }

    private PartitionRepair repairOf(TopicPartition topicPartition) {
        return new PartitionRepair(new SegmentDirectory(
                world.storage(), topicPartition.toString(), topicPartition, INDEX_INTERVAL_BYTES, ""));
    }

    @Override
    public void close() {
        LogEngine.unlock(lock);
    }
}
