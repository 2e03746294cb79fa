package io.millrace.log.embedded;

import io.millrace.log.Durability;
import io.millrace.log.TopicSettings;
import io.millrace.log.assignment.Assignor;
import io.millrace.log.embedded.format.RecordIterator;
import java.time.Duration;

/**
 * Settings of an embedded log.
 *
 * @param durability what an acknowledged write survives
 * @param checkpointInterval how often everything is forced and the recovery points are written down: bounds what an unclean start checks. Retention
 *     and compaction take only what was forced so, so that they wait for it, too
 * @param cleaningInterval how often retention, compaction and changed settings are applied to partitions that are in use; to others, twenty
 *     times as rarely. Between two rounds a topic grows beyond its limits by what is written meanwhile, and what was deleted takes room for a minute more
 * @param assignor how groups share partitions
 * @param producerBatchBytes size at which a producer's batch under construction is written
 * @param internalSegmentBytes size at which a segment of an internal topic is closed and a new one begun
 * @param maxInflatedBatchBytes how large a compressed batch may become when it is read; larger ones are refused by readers and not
 *     compressed by producers
 * @param maxOpenFiles how many files are kept open, or fewer if the process may not open twice as many; those that were not used for longest are closed, and opened again when they are
 */
public record EmbeddedLogConfig(
        Durability durability,
        Duration checkpointInterval,
        Duration cleaningInterval,
        Assignor assignor,
        int producerBatchBytes,
        int internalSegmentBytes,
        int maxInflatedBatchBytes,
        int maxOpenFiles) {
    private static final Duration INTERNAL_DELETE_RETENTION = Duration.ofMinutes(1);

    public EmbeddedLogConfig {
        positive("checkpointInterval", checkpointInterval);
        positive("cleaningInterval", cleaningInterval);
        if (producerBatchBytes < 1) {
            throw new IllegalArgumentException("producerBatchBytes is at least 1, got " + producerBatchBytes);
        }
        if (internalSegmentBytes < 1) {
            throw new IllegalArgumentException("internalSegmentBytes is at least 1, got " + internalSegmentBytes);
        }
        if (maxInflatedBatchBytes < 1) {
            throw new IllegalArgumentException("maxInflatedBatchBytes is at least 1, got " + maxInflatedBatchBytes);
        }
        if (maxOpenFiles < 1) {
            throw new IllegalArgumentException("maxOpenFiles is at least 1, got " + maxOpenFiles);
        }
    }

    private static void positive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " is positive, got " + value);
        }
    }

    /**
     * Survives a killed process; checkpoints every 10 s; cleaning every 15 s; sticky assignment; batches of 256 KiB; internal segments of 16 MiB; a compressed
     * batch becomes 64 MiB at the most; 500 open files.
     */
    public static EmbeddedLogConfig defaults() {
        return new EmbeddedLogConfig(
                Durability.PROCESS_CRASH,
                Duration.ofSeconds(10),
                Duration.ofSeconds(15),
                Assignor.STICKY,
                256 << 10,
                16 << 20,
                RecordIterator.MAX_INFLATED_BYTES,
                500);
    }

    /**
     * The settings of a topic that the log keeps of itself. Its tombstones and markers are kept for a minute, not for a day: whoever reads
     * it reads it through, at the opening or to look at it, and every transaction leaves a marker in it, of which a day's would be most of
     * what an opening reads.
     */
    public TopicSettings internalTopic() {
        return TopicSettings.compacted()
                .withSegmentBytes(internalSegmentBytes)
                .withCompaction(TopicSettings.Compaction.defaults().withDeleteRetention(INTERNAL_DELETE_RETENTION));
    }

    public EmbeddedLogConfig withDurability(Durability value) {
        return new EmbeddedLogConfig(
                value,
                checkpointInterval,
                cleaningInterval,
                assignor,
                producerBatchBytes,
                internalSegmentBytes,
                maxInflatedBatchBytes,
                maxOpenFiles);
    }

    public EmbeddedLogConfig withCheckpointInterval(Duration value) {
        return new EmbeddedLogConfig(
                durability,
                value,
                cleaningInterval,
                assignor,
                producerBatchBytes,
                internalSegmentBytes,
                maxInflatedBatchBytes,
                maxOpenFiles);
    }

    public EmbeddedLogConfig withCleaningInterval(Duration value) {
        return new EmbeddedLogConfig(
                durability,
                checkpointInterval,
                value,
                assignor,
                producerBatchBytes,
                internalSegmentBytes,
                maxInflatedBatchBytes,
                maxOpenFiles);
    }

    public EmbeddedLogConfig withAssignor(Assignor value) {
        return new EmbeddedLogConfig(
                durability,
                checkpointInterval,
                cleaningInterval,
                value,
                producerBatchBytes,
                internalSegmentBytes,
                maxInflatedBatchBytes,
                maxOpenFiles);
    }

    public EmbeddedLogConfig withProducerBatchBytes(int value) {
        return new EmbeddedLogConfig(
                durability,
                checkpointInterval,
                cleaningInterval,
                assignor,
                value,
                internalSegmentBytes,
                maxInflatedBatchBytes,
                maxOpenFiles);
    }

    public EmbeddedLogConfig withInternalSegmentBytes(int value) {
        return new EmbeddedLogConfig(
                durability,
                checkpointInterval,
                cleaningInterval,
                assignor,
                producerBatchBytes,
                value,
                maxInflatedBatchBytes,
                maxOpenFiles);
    }

    public EmbeddedLogConfig withMaxInflatedBatchBytes(int value) {
        return new EmbeddedLogConfig(
                durability,
                checkpointInterval,
                cleaningInterval,
                assignor,
                producerBatchBytes,
                internalSegmentBytes,
                value,
                maxOpenFiles);
    }

    public EmbeddedLogConfig withMaxOpenFiles(int value) {
        return new EmbeddedLogConfig(
                durability,
                checkpointInterval,
                cleaningInterval,
                assignor,
                producerBatchBytes,
                internalSegmentBytes,
                maxInflatedBatchBytes,
                value);
    }
}
