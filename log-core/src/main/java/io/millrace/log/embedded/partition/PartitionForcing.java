package io.millrace.log.embedded.partition;

import io.millrace.log.TopicPartition;
import io.millrace.platform.StorageException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a partition's data durable, and writes down how far. Owns the lock of forcing, which is held by one force at a time, while appends go
 * on; those who wait for it find that it forced for them.
 */
final class PartitionForcing {
    /** How much may be forced before the recovery point is written down again: bounds what a start after a power cut checks. */
    private static final int CHECKPOINT_BYTES = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(PartitionForcing.class);

    private final TopicPartition topicPartition;
    private final PartitionFiles files;
    private final PartitionStatus status;
    private final PartitionWriter writer;

    /** Taken before the writer's lock where both are, and after that of cleaning. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private long bytesAtCheckpoint;
    /** That the recovery point could not be written down is logged once, until it could. Guarded by {@link #lock}. */
    private boolean shortageTold;
    /** Below this offset, what decided the transactions was forced too. Changed under {@link #lock}. */
    private volatile long durableStableOffset;

    PartitionForcing(PartitionFiles files, PartitionStatus status, PartitionWriter writer) {
        topicPartition = files.directory().topicPartition();
        this.files = files;
        this.status = status;
        this.writer = writer;
        PartitionView found = writer.view();
        if (writer.recoveryPoint() >= found.logEndOffset()) {
            durableStableOffset = found.decidedOffset();
        }
    }

    /** How far the log may be cleaned: below, a power cut leaves no transaction open again. */
    long durableStableOffset() {
        return durableStableOffset;
    }

    /** Makes everything appended so far durable. @return false if it was already @throws LogException with STOP if a force failed, RETRY if files are short */
    boolean force() {
        long target = writer.view().logEndOffset();
        if (isDurable(target)) {
            return false;
        }
        lock.lock();
        try {
            if (!isDurable(target)) {
                forceNow();
            }
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** True if there is nothing to force, and no reason to refuse to. */
    boolean isForced() {
        return isDurable(writer.view().logEndOffset());
    }

    private boolean isDurable(long offset) {
        return status.isForceable() && writer.recoveryPoint() >= offset;
    }

    /** Forces everything and writes the recovery point down. @return false if it was done already */
    boolean checkpoint() {
        lock.lock();
        try {
            if (isDone(writer.view())) {
                return false;
            }
            writeCheckpoint(forceNow());
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Many partitions are idle: for those a checkpoint must not even open a file. */
    private boolean isDone(PartitionView present) {
        return isDurable(present.logEndOffset())
                && files.isCheckpointed(present.logEndOffset())
                && durableStableOffset >= present.decidedOffset();
    }

    private PartitionView forceNow() {
        PartitionView present = writer.view();
        status.checkNotFailed();
        try {
            files.force(present, writer.recoveryPoint());
        } catch (StorageException failed) {
            throw PartitionStatus.isShortage(failed)
                    ? AppendErrors.notForced(topicPartition, failed)
                    : status.fail(failed);
        }
        durableStableOffset = present.decidedOffset();
        writer.advanceRecoveryPoint(present.logEndOffset());
        if (files.survivesPowerLoss() && present.sizeBytes() - bytesAtCheckpoint > CHECKPOINT_BYTES) {
            writeCheckpoint(present);
        }
        return present;
    }

    private void writeCheckpoint(PartitionView forced) {
        try {
            files.checkpoint(forced, forced.logEndOffset());
            bytesAtCheckpoint = forced.sizeBytes();
            shortageTold = false;
        } catch (StorageException failed) {
            if (!PartitionStatus.isShortage(failed)) {
                throw status.fail(failed);
            }
            // The data is durable all the same; an unclean start checks more.
            if (!shortageTold) {
                LOG.warn("{}: the recovery point cannot be written down: {}", topicPartition, failed.getMessage());
            }
            shortageTold = true;
        }
    }

    /**
     * Changes which segments there are: first on the disk, while nothing is forced, then in memory, while nothing is appended.
     *
     * @param repeatable true if a change that failed half-way can be done again
     */
    <T> void alter(boolean repeatable, Supplier<T> onDisk, Consumer<T> inMemory) {
        lock.lock();
        try {
            T done;
            try {
                done = onDisk.get();
            } catch (StorageException failed) {
                throw repeatable && PartitionStatus.isShortage(failed)
                        ? AppendErrors.undone(topicPartition, failed)
                        : status.fail(failed);
            }
            writer.changeSegments(() -> inMemory.accept(done));
        } finally {
            lock.unlock();
        }
    }

    /** Runs something while nothing is forced or appended. */
    void exclusively(Runnable action) {
        lock.lock();
        try {
            writer.exclusively(action);
        } finally {
            lock.unlock();
        }
    }
}
