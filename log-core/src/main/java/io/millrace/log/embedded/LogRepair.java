package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.recovery.Damage;
import io.millrace.log.embedded.recovery.PartitionRepair;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Supplier;

/**
 * Repairs a log that is not open elsewhere; holds its lock until closed. Owned by one thread.
 *
 * <p>Where durable bytes are not what was written, and cannot be told from others, the log or the partition refuses to open, so that a person
 * decides. {@link #planDirectory} and {@link #plan()} say what there is to decide, and change nothing; the applying methods do it, the
 * directory's first. What they take out of the log they keep in {@link #asideDirectory}. Whoever has a copy of the directory does better
 * to restore it.
 */
public final class LogRepair implements AutoCloseable {
    private final World world;
    private final Storage storage;
    private final AutoCloseable lock;
    private final DirectoryRepair directory;
    private final String aside;
    private boolean directoryDone;

    private LogRepair(World world, AutoCloseable lock, DirectoryRepair directory) {
        this.world = world;
        this.storage = world.storage();
        this.lock = lock;
        this.directory = directory;
        aside = PartitionRepair.asideAt(world.clock().instant());
    }

    /** @throws LogException with STOP if the log is open elsewhere, or there is none */
    public static LogRepair open(World world) {
        Storage storage = world.storage();
        return guarded("The log in " + storage.describe() + " could not be looked through", () -> {
            if (!LogIdentity.isIn(storage)) {
                throw new LogException(Disposition.STOP, storage.describe() + " holds no log: look for its directory");
            }
            AutoCloseable lock = LogEngine.lock(storage);
            DirectoryRepair directory = null;
            try {
                directory = new DirectoryRepair(world);
                return new LogRepair(world, lock, directory);
            } finally {
                if (directory == null) {
                    LogEngine.unlock(lock);
                }
            }
        });
    }

    /** The directory, below that of the log, that holds what this repair took out of it; it is created when there is something to keep. */
    public String asideDirectory() {
        return aside;
    }

    /** What is wrong with the files that belong to no partition. */
    public List<Damage> planDirectory() {
        return directoryDone ? List.of() : directory.plan();
    }

    /** Directories that hold records and belong to no topic that exists, each with what to do about it; no repair touches them. */
    public List<Damage> unknownDirectories() {
        return guarded(
                "The log in " + storage.describe() + " could not be looked through",
                () -> DirectoryRepair.unknown(world));
    }

    /** Repairs these files as planned, durably. */
    public void applyDirectory() {
        guarded("The log in " + storage.describe() + " could not be repaired", () -> {
            directory.apply(aside);
            directoryDone = true;
            return true;
        });
    }

    /** The partitions that there are, or that the repair of the directory would find. */
    public SortedSet<TopicPartition> partitions() {
        return directory.partitions();
    }

    /** What is wrong with the partitions that need a repair, and what it would take away. Reads every batch of the log. */
    public List<RepairPlan> plan() {
        List<RepairPlan> plans = new ArrayList<>();
        for (TopicPartition topicPartition : partitions()) {
            RepairPlan plan = plan(topicPartition);
            if (plan.isNeeded()) {
                plans.add(plan);
            }
        }
        return plans;
    }

    /** The same for one partition, also if it needs none. @throws LogException if there is no such partition */
    public RepairPlan plan(TopicPartition topicPartition) {
        directory.catalogue().require(topicPartition);
        return guarded(
                "Partition " + topicPartition + " could not be looked through",
                () -> repairOf(topicPartition)
                        .plan(CleanShutdown.read(storage, partitions()).lastEnd(topicPartition)));
    }

    /**
     * Repairs a partition as planned: durably, and wholly or not at all, whatever crashes.
     *
     * @throws LogException with STOP if the directory needs a repair first
     */
    public void apply(RepairPlan plan) {
        TopicPartition topicPartition = plan.topicPartition();
        directory.catalogue().require(topicPartition);
        if (!planDirectory().isEmpty()) {
            throw new LogException(
                    Disposition.STOP,
                    "The files of the directory " + storage.describe() + " are damaged: repair them before partitions");
        }
        guarded("Partition " + topicPartition + " could not be repaired", () -> {
            // Whatever happens from here on, the next opening recovers the partition.
            CleanShutdown.State state = CleanShutdown.take(storage, partitions());
            state.mark(topicPartition);
            CleanShutdown.write(storage, state);
            RefusedPartitions.remove(storage, topicPartition);
            repairOf(topicPartition).apply(plan, aside + '/' + topicPartition);
            return true;
        });
    }

    private PartitionRepair repairOf(TopicPartition topicPartition) {
        return new PartitionRepair(DirectoryRepair.directoryOf(storage, topicPartition));
    }

    private static <T> T guarded(String failure, Supplier<T> action) {
        try {
            return action.get();
        } catch (StorageException e) {
            throw StorageErrors.translate(e, failure);
        }
    }

    @Override
    public void close() {
        LogEngine.unlock(lock);
    }
}
