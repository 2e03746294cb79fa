package io.millrace.log.embedded;

import io.millrace.log.LogException;
import io.millrace.log.embedded.group.GroupCoordinator;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.platform.LoopStep;
import io.millrace.platform.StorageException;
import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine does in the background, a bounded piece a step. Owned by the engine's loop, but for {@link #soon} and {@link #runSoon}.
 *
 * <p>An error of one partition is that partition's: the others are kept as before (E5).
 */
final class Housekeeping implements LoopStep {
    /** An action and when it is due. */
    private record Timed(long nanos, Runnable action) {}

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final OpenPartitions partitions;
    private final GroupCoordinator groups;
    private final long checkpointNanos;
    private final Deque<PartitionLog> toCheckpoint = new ArrayDeque<>();
    private final Queue<Runnable> soon = new ConcurrentLinkedQueue<>();
    private final Queue<Timed> arriving = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timed> timed = new PriorityQueue<>((a, b) -> Long.signum(a.nanos() - b.nanos()));
    private long nextCheckpointNanos;

    Housekeeping(OpenPartitions partitions, GroupCoordinator groups, Duration checkpointInterval, long nowNanos) {
        this.partitions = partitions;
        this.groups = groups;
        this.checkpointNanos = Ticker.nanosOf(checkpointInterval);
        this.nextCheckpointNanos = nowNanos + checkpointNanos;
    }

    /** Has the loop run this with its next step. From any thread; wake the loop afterwards. */
    void soon(Runnable action) {
        soon.add(action);
    }

    /** Has the loop run this at that time. From any thread; wake the loop afterwards. */
    void at(long nanos, Runnable action) {
        arriving.add(new Timed(nanos, action));
    }

    @Override
    public long nanosUntilDue(long nowNanos) {
        // What arrived during the step came with a wake, which ends the wait at once.
        Timed next = timed.peek();
        return next == null ? Long.MAX_VALUE : next.nanos() - nowNanos;
    }

    @Override
    public int runOnce(long nowNanos) {
        int done = runSoon() + runTimed(nowNanos);
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

    /** Runs what has a time of its own, due or not. To be called once the loop has ended. */
    void runTimed() {
        takeArriving();
        for (Timed next = timed.poll(); next != null; next = timed.poll()) {
            next.action().run();
        }
    }

    private void takeArriving() {
        for (Timed arrived = arriving.poll(); arrived != null; arrived = arriving.poll()) {
            timed.add(arrived);
        }
    }

    private int runTimed(long nowNanos) {
        takeArriving();
        int done = 0;
        for (Timed next = timed.peek(); next != null && next.nanos() - nowNanos <= 0; next = timed.peek()) {
            timed.remove();
            next.action().run();
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
        if (log.isDeleted() || log.hasFailed()) {
            // That it failed was logged when it did.
            return 1;
        }
        try {
            log.checkpoint();
        } catch (LogException | StorageException e) {
            if (!log.hasFailed()) {
                LOG.error("Partition {} could not be forced: {}", log.topicPartition(), e.getMessage());
                LOG.debug("{}: where that failed", log.topicPartition(), e);
            }
        }
        return 1;
    }
}
