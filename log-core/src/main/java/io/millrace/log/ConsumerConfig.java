package io.millrace.log;

import java.time.Duration;
import java.util.Optional;

/**
 * Settings of a consumer.
 *
 * @param groupId the group, empty for a consumer that assigns itself and commits nothing
 * @param instanceId a name that outlives restarts (static membership), empty for a dynamic member
 * @param isolation what the reader sees of transactions
 * @param offsetReset where to begin when the group has no offset
 * @param limits how much a poll fetches and hands out
 * @param sessionTimeout how long a static member that is gone without {@link LogConsumer#leave} keeps its partitions
 * @param maxPollInterval how long a member may go without polling before its partitions go to others
 * @param autoCommitInterval how often positions are committed by themselves, with a poll, with the close and before partitions are given
 *     up, assigned partitions too, while the group has no members; nothing without a group; empty: only what the caller commits
 */
public record ConsumerConfig(
        Optional<String> groupId,
        Optional<String> instanceId,
        Isolation isolation,
        OffsetReset offsetReset,
        FetchLimits limits,
        Duration sessionTimeout,
        Duration maxPollInterval,
        Optional<Duration> autoCommitInterval) {
    /** Where a consumer begins without a committed offset. */
    public enum OffsetReset {
        EARLIEST,
        LATEST,
        /** Refuse, with an error that says so. */
        ERROR
    }

    /**
     * How much a consumer fetches and hands out. A single batch that is larger than its cursor's share is fetched whole.
     *
     * @param partitionBytes how much one cursor holds at the most; besides, the one compressed batch that is being read is held inflated
     * @param totalBytes how much all cursors hold at the most; each has an equal share
     * @param pollRecords how many records the cursors of one poll hand out at the most, together
     */
    public record FetchLimits(int partitionBytes, int totalBytes, int pollRecords) {
        public FetchLimits {
            atLeastOne("partitionBytes", partitionBytes);
            atLeastOne("totalBytes", totalBytes);
            atLeastOne("pollRecords", pollRecords);
        }

        private static void atLeastOne(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " is at least 1, got " + value);
            }
        }

        /** One MiB per cursor, 64 MiB together, as many records as that holds. */
        public static FetchLimits defaults() {
            return new FetchLimits(1 << 20, 64 << 20, Integer.MAX_VALUE);
        }

        public FetchLimits withPartitionBytes(int value) {
            return new FetchLimits(value, totalBytes, pollRecords);
        }

        public FetchLimits withTotalBytes(int value) {
            return new FetchLimits(partitionBytes, value, pollRecords);
        }

        public FetchLimits withPollRecords(int value) {
            return new FetchLimits(partitionBytes, totalBytes, value);
        }
    }

    public ConsumerConfig {
        positive("sessionTimeout", sessionTimeout);
        positive("maxPollInterval", maxPollInterval);
        autoCommitInterval.ifPresent(interval -> positive("autoCommitInterval", interval));
    }

    private static void positive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " is positive, got " + value);
        }
    }

    /** Read-committed, from the earliest record, session timeout of 45 s, polls within 5 min, no group, no automatic commit. */
    public static ConsumerConfig standalone() {
        return new ConsumerConfig(
                Optional.empty(),
                Optional.empty(),
                Isolation.READ_COMMITTED,
                OffsetReset.EARLIEST,
                FetchLimits.defaults(),
                Duration.ofSeconds(45),
                Duration.ofMinutes(5),
                Optional.empty());
    }

    /** The same as a member of a group. */
    public static ConsumerConfig group(String groupId) {
        return standalone().withGroup(groupId);
    }

    public ConsumerConfig withGroup(String id) {
        return new ConsumerConfig(
                Optional.of(id),
                instanceId,
                isolation,
                offsetReset,
                limits,
                sessionTimeout,
                maxPollInterval,
                autoCommitInterval);
    }

    public ConsumerConfig withInstanceId(String id) {
        return new ConsumerConfig(
                groupId,
                Optional.of(id),
                isolation,
                offsetReset,
                limits,
                sessionTimeout,
                maxPollInterval,
                autoCommitInterval);
    }

    public ConsumerConfig withIsolation(Isolation value) {
        return new ConsumerConfig(
                groupId, instanceId, value, offsetReset, limits, sessionTimeout, maxPollInterval, autoCommitInterval);
    }

    public ConsumerConfig withOffsetReset(OffsetReset value) {
        return new ConsumerConfig(
                groupId, instanceId, isolation, value, limits, sessionTimeout, maxPollInterval, autoCommitInterval);
    }

    public ConsumerConfig withLimits(FetchLimits value) {
        return new ConsumerConfig(
                groupId,
                instanceId,
                isolation,
                offsetReset,
                value,
                sessionTimeout,
                maxPollInterval,
                autoCommitInterval);
    }

    public ConsumerConfig withFetchBytes(int value) {
        return new ConsumerConfig(
                groupId,
                instanceId,
                isolation,
                offsetReset,
                limits.withPartitionBytes(value),
                sessionTimeout,
                maxPollInterval,
                autoCommitInterval);
    }

    public ConsumerConfig withPollRecords(int value) {
        return new ConsumerConfig(
                groupId,
                instanceId,
                isolation,
                offsetReset,
                limits.withPollRecords(value),
                sessionTimeout,
                maxPollInterval,
                autoCommitInterval);
    }

    public ConsumerConfig withSessionTimeout(Duration value) {
        return new ConsumerConfig(
                groupId, instanceId, isolation, offsetReset, limits, value, maxPollInterval, autoCommitInterval);
    }

    public ConsumerConfig withMaxPollInterval(Duration value) {
        return new ConsumerConfig(
                groupId, instanceId, isolation, offsetReset, limits, sessionTimeout, value, autoCommitInterval);
    }

    public ConsumerConfig withAutoCommit(Duration interval) {
        return new ConsumerConfig(
                groupId,
                instanceId,
                isolation,
                offsetReset,
                limits,
                sessionTimeout,
                maxPollInterval,
                Optional.of(interval));
    }
}
