package io.millrace.log;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of a producer without transactions. It is idempotent whatever they say: a retry writes nothing twice.
 *
 * @param acks what the completion of a send says; empty: WRITTEN or FORCED, as the log's durability says
 * @param linger how long a record that was sent with a future may wait for others to share its batch
 * @param bufferBytes how much memory the batches under construction may hold, together; a single record is taken whatever its size. Where there
 *     is no more, the batch of the partition that has held some for longest is written before it is full
 * @param maxBlock how long a send waits for memory, or for a group that lags, before it fails with RETRY; zero: not at all
 * @param deliveryTimeout how long a record that was sent with a future is tried again while the disk is full, before its future fails; its
 *     partition's later records wait behind it
 * @param partitioning where records without partition go; empty: {@link Partitioner} for a key. Without one, records go to one partition
 *     while its batch is under construction, and the next batch to the next partition: as many batches come to each, and where every send is
 *     waited for, as many records
 * @param lagPolicy holds the producer back while groups lag; empty for none
 */
public record ProducerConfig(
        Optional<Acks> acks,
        Duration linger,
        int bufferBytes,
        Duration maxBlock,
        Duration deliveryTimeout,
        Optional<Partitioning> partitioning,
        Optional<LagPolicy> lagPolicy) {
    /** What an acknowledgement means. */
    public enum Acks {
        /** Nothing: completes at once, with offset −1. A crash, a full disk or a failed one loses the record, and nobody is told. */
        NONE,
        /**
         * The operating system has it: survives a killed process, not a power cut. In a log that promises to survive those, read-committed
         * readers see it once something forces it, at the latest with the next checkpoint.
         */
        WRITTEN,
        /** It was forced to the device: survives a power cut. */
        FORCED
    }

    /** Chooses partitions. Called by the producer's thread for every record that names none. */
    @FunctionalInterface
    public interface Partitioning {
        /** @return 0 to {@code partitions − 1} */
        int partition(ProducerRecord record, int partitions);
    }

    /**
     * Back-pressure: no batch is begun in a partition in which one of the groups lags by more than so many offsets. A group that has
     * committed nothing lags from the log's start. The batch under construction is not counted.
     *
     * @param groups the groups that are looked at
     * @param maxLag the largest lag, in offsets, at which records are still taken
     * @param action what becomes of a send
     */
    public record LagPolicy(Set<String> groups, long maxLag, Action action) {
        /** What a lagging group does to a send. */
        public enum Action {
            /** It waits, {@link ProducerConfig#maxBlock} at the longest. */
            BLOCK,
            /** It fails at once. */
            REJECT
        }

        public LagPolicy {
            groups = Set.copyOf(groups);
            if (groups.isEmpty()) {
                throw new IllegalArgumentException("A lag policy names at least one group");
            }
            if (maxLag < 0) {
                throw new IllegalArgumentException("maxLag is at least 0, got " + maxLag);
            }
        }

        public static LagPolicy block(long maxLag, String... groups) {
            return new LagPolicy(Set.of(groups), maxLag, Action.BLOCK);
        }

        public static LagPolicy reject(long maxLag, String... groups) {
            return new LagPolicy(Set.of(groups), maxLag, Action.REJECT);
        }
    }

    public ProducerConfig {
        if (bufferBytes < 1) {
            throw new IllegalArgumentException("bufferBytes is at least 1, got " + bufferBytes);
        }
        notNegative("linger", linger);
        notNegative("maxBlock", maxBlock);
        notNegative("deliveryTimeout", deliveryTimeout);
    }

    private static void notNegative(String what, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(what + " is not negative, got " + value);
        }
    }

    /** Acknowledged as the log's durability says; no linger; 64 MiB; sends wait for a minute, deliveries for two; Kafka's partitions. */
    public static ProducerConfig defaults() {
        return new ProducerConfig(
                Optional.empty(),
                Duration.ZERO,
                64 << 20,
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Optional.empty(),
                Optional.empty());
    }

    public ProducerConfig withAcks(Acks value) {
        return new ProducerConfig(
                Optional.of(value), linger, bufferBytes, maxBlock, deliveryTimeout, partitioning, lagPolicy);
    }

    public ProducerConfig withLinger(Duration value) {
        return new ProducerConfig(acks, value, bufferBytes, maxBlock, deliveryTimeout, partitioning, lagPolicy);
    }

    public ProducerConfig withBufferBytes(int value) {
        return new ProducerConfig(acks, linger, value, maxBlock, deliveryTimeout, partitioning, lagPolicy);
    }

    public ProducerConfig withMaxBlock(Duration value) {
        return new ProducerConfig(acks, linger, bufferBytes, value, deliveryTimeout, partitioning, lagPolicy);
    }

    public ProducerConfig withDeliveryTimeout(Duration value) {
        return new ProducerConfig(acks, linger, bufferBytes, maxBlock, value, partitioning, lagPolicy);
    }

    public ProducerConfig withPartitioning(Partitioning value) {
        return new ProducerConfig(acks, linger, bufferBytes, maxBlock, deliveryTimeout, Optional.of(value), lagPolicy);
    }

    public ProducerConfig withLagPolicy(LagPolicy value) {
        return new ProducerConfig(
                acks, linger, bufferBytes, maxBlock, deliveryTimeout, partitioning, Optional.of(value));
    }
}
