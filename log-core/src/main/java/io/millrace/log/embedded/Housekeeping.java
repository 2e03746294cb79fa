package io.millrace.log.embedded;

import io.millrace.log.LogException;
import io.millrace.log.embedded.group.GroupCoordinator;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.platform.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine does in the background, a bounded piece a step. Owned by the engine's loop, but for {@link #soon} and {@link #runSoon}.
 *
 * <p>An error of one partition is that partition's: the others are kept as before (E5).
 */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final OpenPartitions partitions;
    private final GroupCoordinator groups;
    private final long checkpointNanos;
    private final Deque<PartitionLog> toCheckpoint = new ArrayDeque<>();
    private final Queue<Runnable> soon = new ConcurrentLinkedQueue<>();
    private long nextCheckpointNanos;

    Housekeeping(OpenPartitions partitions, GroupCoordinator groups, Duration checkpointInterval, long nowNanos) {
        this.partitions = partitions;
        this.groups = groups;
        this.checkpointNanos = checkpointInterval.toNanos();
        this.nextCheckpointNanos = nowNanos + checkpointNanos;
    }

    /** Has the loop run this with its next step. From any thread; wake the loop afterwards. */
    void soon(Runnable action) {
        soon.add(action);
    }

    int runOnce(long nowNanos) {
        int done = runSoon();
        done += groups.removeSilentMembers(nowNanos);
        done += checkpointOne(nowNanos);
        return done;
    }

    /** Runs what waits for the loop. From any thread: each action runs once. @return how many */
    int runSoon() {
        int done = 0;
        for (Runnable action = soon.poll(); action != null; action = soon.poll()) {
            action.run();
            done++;
        }
        return done;
    }

    /** One partition a step, so that a slow disk delays the rest by one force at the most. */
    private int checkpointOne(long nowNanos) {
        if (toCheckpoint.isEmpty() && nowNanos - nextCheckpointNanos >= 0) {
            toCheckpoint.addAll(partitions.opened());
            nextCheckpointNanos = nowNanos + checkpointNanos;
        }
        PartitionLog log = toCheckpoint.poll();
        if (log == null) {
            return 0;
        }
        if (log.isDeleted()) {
            return 1;
        }
        try {
            log.checkpoint();
        } catch (LogException | StorageException e) {
            LOG.error("Partition {} could not be forced", log.topicPartition(), e);
        }
        return 1;
    }
}
