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
 * @param fetchBytes how much a cursor holds at the most (one batch may exceed it)
 * @param sessionTimeout how long a member may be silent before its partitions go to others
 */
public record ConsumerConfig(
        Optional<String> groupId,
        Optional<String> instanceId,
        Isolation isolation,
        OffsetReset offsetReset,
        int fetchBytes,
        Duration sessionTimeout) {
    /** Where a consumer begins without a committed offset. */
    public enum OffsetReset {
        EARLIEST,
        LATEST,
        /** Refuse, with an error that says so. */
        ERROR
    }

    public ConsumerConfig {
        if (fetchBytes < 1) {
            throw new IllegalArgumentException("fetchBytes is at least 1, got " + fetchBytes);
        }
        if (sessionTimeout.isNegative() || sessionTimeout.isZero()) {
            throw new IllegalArgumentException("sessionTimeout is positive, got " + sessionTimeout);
        }
    }

    /** Read-committed, from the earliest record, one MiB per cursor, session timeout of 45 s, no group. */
    public static ConsumerConfig standalone() {
        return new ConsumerConfig(
                Optional.empty(),
                Optional.empty(),
                Isolation.READ_COMMITTED,
                OffsetReset.EARLIEST,
                1 << 20,
                Duration.ofSeconds(45));
    }

    /** The same as a member of a group. */
    public static ConsumerConfig group(String groupId) {
        return standalone().withGroup(groupId);
    }

    public ConsumerConfig withGroup(String id) {
        return new ConsumerConfig(Optional.of(id), instanceId, isolation, offsetReset, fetchBytes, sessionTimeout);
    }

    public ConsumerConfig withIsolation(Isolation value) {
        return new ConsumerConfig(groupId, instanceId, value, offsetReset, fetchBytes, sessionTimeout);
    }

    public ConsumerConfig withOffsetReset(OffsetReset value) {
        return new ConsumerConfig(groupId, instanceId, isolation, value, fetchBytes, sessionTimeout);
    }

    public ConsumerConfig withFetchBytes(int value) {
        return new ConsumerConfig(groupId, instanceId, isolation, offsetReset, value, sessionTimeout);
    }

    public ConsumerConfig withSessionTimeout(Duration value) {
        return new ConsumerConfig(groupId, instanceId, isolation, offsetReset, fetchBytes, value);
    }

    public ConsumerConfig withInstanceId(String id) {
        return new ConsumerConfig(groupId, Optional.of(id), isolation, offsetReset, fetchBytes, sessionTimeout);
    }
}
