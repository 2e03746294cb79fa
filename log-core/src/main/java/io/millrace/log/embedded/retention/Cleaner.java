package io.millrace.log.embedded.retention;

import io.millrace.log.LogException;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.platform.LoopStep;
import io.millrace.platform.StorageException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes over the open partitions of an engine, round after round, and removes what is old. Owned by its loop.
 *
 * <p>An error of one partition is that partition's: the others are cleaned as before.
 */
public final class Cleaner implements LoopStep {
    /** From the begin of a round to that of the next: how late a setting takes effect. */
    public static final Duration INTERVAL = Duration.ofSeconds(15);
    /** How long a producer is known of which nothing comes; as in Kafka. */
    public static final Duration PRODUCER_EXPIRY = Duration.ofDays(1);

    private static final Duration EXPIRY_INTERVAL = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

    private final InstantSource clock;
    private final Supplier<List<PartitionCleaning>> openPartitions;
    private final Deque<PartitionCleaning> waiting = new ArrayDeque<>();
    /** The partition that is being compacted. */
    private @Nullable PartitionCleaning present;

    private @Nullable Compaction compaction;
    private long nextRoundNanos;
    private long nextExpiryNanos;
    private boolean expires;

    public Cleaner(InstantSource clock, Supplier<List<PartitionCleaning>> openPartitions, long nowNanos) {
        this.clock = clock;
        this.openPartitions = openPartitions;
        nextRoundNanos = nowNanos + INTERVAL.toNanos();
        nextExpiryNanos = nowNanos + EXPIRY_INTERVAL.toNanos();
    }

    @Override
    public int runOnce(long nowNanos) {
        if (waiting.isEmpty() && nowNanos - nextRoundNanos >= 0) {
            beginRound(nowNanos);
        }
        PartitionCleaning partition = present == null ? waiting.poll() : present;
        if (partition == null) {
            return 0;
        }
        try {
            partition.step(() -> compaction == null ? clean(partition, nowNanos) : compact(compaction));
        } catch (LogException | StorageException e) {
            LOG.error("Partition {} was not cleaned", partition.topicPartition(), e);
            endCompaction();
        }
        present = compaction == null ? null : partition;
        return 1;
    }

    @Override
    public void onStop() {
        endCompaction();
    }

    private int compact(Compaction begun) {
        if (begun.step()) {
            endCompaction();
        }
        return 1;
    }

    private void endCompaction() {
        Compaction ended = compaction;
        compaction = null;
        if (ended != null) {
            try {
                ended.close();
            } catch (StorageException e) {
                LOG.warn("A compaction's files were not deleted; the next start does that", e);
            }
        }
    }

    private void beginRound(long nowNanos) {
        waiting.addAll(openPartitions.get());
        nextRoundNanos = nowNanos + INTERVAL.toNanos();
        expires = nowNanos - nextExpiryNanos >= 0;
        if (expires) {
            nextExpiryNanos = nowNanos + EXPIRY_INTERVAL.toNanos();
        }
    }

    private int clean(PartitionCleaning partition, long nowNanos) {
        long nowMillis = clock.millis();
        int done = expires ? partition.expireProducers(nowMillis, PRODUCER_EXPIRY.toMillis()) : 0;
        done += Retention.run(partition, nowMillis, nowNanos);
        compaction = Compaction.begin(partition, nowMillis);
        return done;
    }
}
