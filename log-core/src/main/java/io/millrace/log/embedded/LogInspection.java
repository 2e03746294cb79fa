package io.millrace.log.embedded;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.recovery.Damage;
import io.millrace.log.embedded.recovery.LastEnd;
import io.millrace.log.embedded.recovery.PartitionRepair;
import io.millrace.log.embedded.recovery.PartitionSummary;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.function.Supplier;

/**
 * Looks at the files of a log without changing any, whoever has it open, also if it is too damaged to be opened. Owned by one thread.
 *
 * <p>What a log's owner changes while this looks can look like damage at the end of a partition; of that, only what is below the recovery
 * point is told.
 */
public final class LogInspection {
    private final World world;
    private final Storage storage;
    private final DirectoryRepair directory;
    private boolean toldOfDamagedEnd;

    private LogInspection(World world, DirectoryRepair directory) {
        this.world = world;
        this.storage = world.storage();
        this.directory = directory;
    }

    /** @throws LogException with STOP if there is no log */
    public static LogInspection open(World world) {
        Storage storage = world.storage();
        if (!LogIdentity.isIn(storage)) {
            throw new LogException(Disposition.STOP, storage.describe() + " holds no log: look for its directory");
        }
        return new LogInspection(world, guarded(storage, () -> new DirectoryRepair(world)));
    }

    /** The log's id; empty if the file that holds it is damaged or gone. */
    public Optional<String> logId() {
        try {
            return Optional.of(LogIdentity.read(storage));
        } catch (CorruptionException damaged) {
            return Optional.empty();
        }
    }

    /** What the files of the directory say of their format, such as "millrace-log 1". */
    public List<String> formats() {
        return List.of(LogIdentity.KIND, TopicCatalogue.KIND);
    }

    /** True if nobody has the log open, and its last close returned. */
    public boolean isClosedCleanly() {
        return guarded(storage, () -> CleanShutdown.isIn(storage));
    }

    /** What is wrong with the files that belong to no partition. */
    public List<Damage> damages() {
        return directory.plan();
    }

    /** Directories that hold records and belong to no topic that exists, each with what to do about it. */
    public List<Damage> unknownDirectories() {
        return guarded(storage, () -> DirectoryRepair.unknown(world));
    }

    /** All partitions; where the file that names them is damaged, those that the directories tell of. */
    public SortedSet<TopicPartition> partitions() {
        return directory.partitions();
    }

    /**
     * True if nobody has the partition open, and its last close left nothing that could be missing: it was forced, or the system has run on
     * since.
     */
    public boolean isClosedCleanly(TopicPartition topicPartition) {
        CleanShutdown.State state = state();
        return !state.unclean().contains(topicPartition) && !state.killed().contains(topicPartition);
    }

    /**
     * True if a partition, by its files' sizes and its last batch, does not reach as far as it was left, or if an opening refused it;
     * {@link #verify} says more.
     */
    public boolean isCutShort(PartitionSummary summary, TopicPartition topicPartition) {
        OptionalLong recoveryPoint = summary.recoveryPoint();
        if (recoveryPoint.isEmpty()) {
            return true;
        }
        if (state().refused().containsKey(topicPartition)) {
            return true;
        }
        boolean isMissing = summary.endOffset().isPresent();
        // After a kill the last write may be cut off, and beside its owner it may be on its way.
        boolean isWhole = !isMissing && isClosedCleanly(topicPartition);
        return isWhole
                || state().lastEnd(topicPartition)
                        .promises(summary.reachedOffset(), isMissing, recoveryPoint.getAsLong());
    }

    /** True if a transaction was open in the partition when the log was closed cleanly. */
    public boolean isUndecided(TopicPartition topicPartition) {
        return state().undecided().contains(topicPartition);
    }

    /** Read each time, as its owner may open or close the log meanwhile. */
    private CleanShutdown.State state() {
        return guarded(storage, () -> CleanShutdown.read(storage, partitions(), this::tellOfDamagedEnd));
    }

    private void tellOfDamagedEnd() {
        if (!toldOfDamagedEnd) {
            toldOfDamagedEnd = true;
            CleanShutdown.warnOfDamage(storage);
        }
    }

    public PartitionSummary summary(TopicPartition topicPartition) {
        directory.catalogue().require(topicPartition);
        return guarded(storage, () -> PartitionSummary.of(DirectoryRepair.directoryOf(storage, topicPartition)));
    }

    /** True if a partition is no longer among those that there are: its owner deleted the topic since this was opened. */
    public boolean isDeleted(TopicPartition topicPartition) {
        return guarded(storage, () -> !new DirectoryRepair(world).partitions().contains(topicPartition));
    }

    /** Reads every batch of a partition. @return what a repair would do, if one is needed */
    public RepairPlan verify(TopicPartition topicPartition) {
        directory.catalogue().require(topicPartition);
        CleanShutdown.State state = state();
        LastEnd lastEnd = state.lastEnd(topicPartition);
        PartitionRepair repair = new PartitionRepair(DirectoryRepair.directoryOf(storage, topicPartition));
        return guarded(storage, () -> {
            RepairPlan plan = repair.plan(lastEnd);
            boolean mayBeOpen = state.killed().contains(topicPartition) && plan.isNeeded();
            // A hole that the owner makes while it replaces files is another one, or none, the next time.
            boolean isRead = !mayBeOpen || repair.plan(lastEnd).damages().equals(plan.damages());
            return isRead ? plan : repair.plan(LastEnd.UNCLEAN);
        });
    }

    private static <T> T guarded(Storage storage, Supplier<T> action) {
        try {
            return action.get();
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.NOT_FOUND) {
                throw new LogException(
                        Disposition.RETRY,
                        "A file of the log in " + storage.describe()
                                + " was removed while it was looked at; its owner does that. Try again",
                        e);
            }
            throw StorageErrors.translateReading(
                    e, "The log in " + storage.describe() + " could not be looked through");
        }
    }
}
