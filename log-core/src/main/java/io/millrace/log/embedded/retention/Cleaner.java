package io.millrace.log.embedded.retention;

import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.SegmentFacts;
import io.millrace.log.embedded.partition.UnopenedPartition;
import io.millrace.platform.LoopStep;
import io.millrace.platform.StorageException;
import io.millrace.platform.Ticker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes over the partitions of an engine, round after round, and removes what is old. Owned by its loop.
 *
 * <p>Those that are open come first and often. Those that are not are looked at from outside, one after the other; one that seems to need
 * cleaning is opened for it, cleaned, and closed before the next.
 *
 * <p>An error of one partition is that partition's: the others are cleaned as before.
 */
public final class Cleaner implements LoopStep {
    /** How many rounds over the open partitions there are to one over those that are not; nothing comes to them. */
    public static final int UNOPENED_ROUNDS = 20;
    /** How long a producer is known of which nothing comes; as in Kafka. */
    public static final Duration PRODUCER_EXPIRY = Duration.ofDays(1);

    private static final Duration EXPIRY_INTERVAL = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

    private final InstantSource clock;
    /** From the begin of a round over the open partitions to that of the next: how late a setting takes effect. */
    private final long intervalNanos;

    private final long unopenedNanos;
    private final CleanedPartitions partitions;
    private final Troubles troubles = new Troubles();
    private final Deque<PartitionCleaning> open = new ArrayDeque<>();
    private final Deque<TopicPartition> unopened = new ArrayDeque<>();
    /** The partition that is being cleaned, where that takes more than a step. */
    private @Nullable PartitionCleaning present;
    /** The partition that was opened for its cleaning. */
    private @Nullable PartitionCleaning visited;

    private @Nullable Compaction compaction;
    private long nextRoundNanos;
    private long nextLookNanos;
    private long nextExpiryNanos;
    private boolean expires;

    /** @param interval from the begin of a round over the open partitions to that of the next */
    public Cleaner(InstantSource clock, CleanedPartitions partitions, Duration interval, long nowNanos) {
        this.clock = clock;
        intervalNanos = Ticker.nanosOf(interval);
        unopenedNanos = Math.min(intervalNanos, Ticker.LONGEST.toNanos() / UNOPENED_ROUNDS) * UNOPENED_ROUNDS;
        this.partitions = partitions;
        nextRoundNanos = nowNanos + intervalNanos;
        nextLookNanos = nextRoundNanos;
        nextExpiryNanos = nowNanos + EXPIRY_INTERVAL.toNanos();
    }

    @Override
    public int runOnce(long nowNanos) {
        if (open.isEmpty() && nowNanos - nextRoundNanos >= 0) {
            beginRound(nowNanos);
        }
        PartitionCleaning partition = present == null ? open.poll() : present;
        if (partition == null) {
            return visitNext(nowNanos);
        }
        clean(partition, nowNanos);
        if (compaction == null) {
            present = null;
            leave();
        } else {
            present = partition;
        }
        return 1;
    }

    private void beginRound(long nowNanos) {
        open.addAll(partitions.cleanings());
        nextRoundNanos = nowNanos + intervalNanos;
        expires = nowNanos - nextExpiryNanos >= 0;
        if (expires) {
            nextExpiryNanos = nowNanos + EXPIRY_INTERVAL.toNanos();
        }
        if (unopened.isEmpty() && nowNanos - nextLookNanos >= 0) {
            unopened.addAll(partitions.unopened());
            nextLookNanos = nowNanos + unopenedNanos;
            forgetDeleted();
        }
    }

    private void forgetDeleted() {
        Set<TopicPartition> existing = new HashSet<>(unopened);
        open.forEach(partition -> existing.add(partition.topicPartition()));
        troubles.retain(existing);
    }

    private void clean(PartitionCleaning partition, long nowNanos) {
        if (partition.isDeleted() || partition.hasFailed()) {
            endCompaction(partition);
            return;
        }
        boolean goesOn = compaction != null;
        boolean stuck = !goesOn && troubles.isStuck(partition.topicPartition(), partition.layout(), nowNanos);
        try {
            partition.step(() -> {
                if (goesOn) {
                    compact(partition);
                } else {
                    removeOld(partition, stuck, nowNanos);
                }
                return 1;
            });
        } catch (RuntimeException e) {
            endCompaction(partition);
            if (!partition.isDeleted()) {
                failed(partition.topicPartition(), e, partition.layout(), nowNanos);
            }
            return;
        }
        if (!stuck && compaction == null && troubles.isOver(partition.topicPartition())) {
            LOG.info("Partition {} is cleaned again", partition.topicPartition());
        }
    }

    private void removeOld(PartitionCleaning partition, boolean stuck, long nowNanos) {
        long nowMillis = clock.millis();
        if (expires || partition == visited) {
            partition.expireProducers(nowMillis, PRODUCER_EXPIRY.toMillis());
        }
        Retention.run(partition, nowMillis, nowNanos);
        if (!stuck) {
            compaction = Compaction.begin(partition, nowMillis);
        }
        // Last, because it alone needs room on the disk; what it closes is for the next round, once it is durable.
        TopicSettings settings = partition.settings();
        partition.closeActive(active -> CleaningRule.activeIsDue(active, settings, nowMillis));
    }

    private void compact(PartitionCleaning partition) {
        Compaction begun = compaction;
        if (begun != null && begun.step()) {
            endCompaction(partition);
        }
    }

    private void endCompaction(PartitionCleaning partition) {
        Compaction ended = compaction;
        compaction = null;
        if (ended != null) {
            try {
                ended.close();
            } catch (StorageException e) {
                if (!partition.isDeleted()) {
                    LOG.warn("A compaction's files were not deleted; the next start does that: {}", e.getMessage());
                }
            }
        }
    }

    /** @return 0 if there is none to look at */
    private int visitNext(long nowNanos) {
        TopicPartition next = unopened.poll();
        if (next == null) {
            return 0;
        }
        try {
            if (!troubles.isStuck(next, null, nowNanos) && isOld(next)) {
                visited = partitions.visit(next);
                if (visited != null) {
                    visited.checkpoint();
                    present = visited;
                }
            }
        } catch (RuntimeException e) {
            leave();
            if (partitions.settings(next) != null) {
                failed(next, e, null, nowNanos);
            }
        }
        return 1;
    }

    private boolean isOld(TopicPartition topicPartition) {
        TopicSettings settings = partitions.settings(topicPartition);
        if (settings == null) {
            return false;
        }
        try {
            return isOld(topicPartition, settings);
        } catch (LogException | StorageException disturbed) {
            // Who opens the partition meanwhile writes and deletes where this reads: that is no damage.
            return partitions.whileUnopened(topicPartition, () -> isOld(topicPartition, settings));
        }
    }

    private boolean isOld(TopicPartition topicPartition, TopicSettings settings) {
        UnopenedPartition files = partitions.look(topicPartition);
        List<SegmentFacts> all = files.segments();
        if (all.isEmpty()) {
            return false;
        }
        long sizeBytes = all.stream().mapToLong(SegmentFacts::sizeBytes).sum();
        List<SegmentFacts> closed = all.subList(0, all.size() - 1);
        long nowMillis = clock.millis();
        return CleaningRule.expired(closed, files.recordsStart(), sizeBytes, settings, nowMillis) > 0
                || CleaningRule.activeIsDue(all.get(all.size() - 1), settings, nowMillis)
                || CleaningRule.compactionIsDue(closed, files.firstDirtyOffset(), settings, nowMillis);
    }

    private void leave() {
        PartitionCleaning left = visited;
        visited = null;
        if (left != null) {
            partitions.leave();
        }
    }

    private void failed(TopicPartition topicPartition, RuntimeException error, @Nullable Object layout, long nowNanos) {
        if (!troubles.add(topicPartition, error, layout, nowNanos)) {
            return;
        }
        // What is damaged or full is said by its message; what nobody foresaw needs the place.
        boolean isForeseen = error instanceof LogException || error instanceof StorageException;
        LOG.error(
                "Partition {} was not cleaned: {}. It is tried again when its files change, and every {} minutes;"
                        + " this is not told again",
                topicPartition,
                error.getMessage(),
                Troubles.RETRY.toMinutes(),
                isForeseen ? null : error);
        LOG.debug("{}: where its cleaning failed", topicPartition, error);
    }

    @Override
    public void onStop() {
        PartitionCleaning partition = present;
        if (partition != null) {
            endCompaction(partition);
        }
        leave();
    }
}
