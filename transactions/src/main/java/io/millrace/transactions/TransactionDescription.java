package io.millrace.transactions;

import io.millrace.log.TopicPartition;
import java.time.Duration;
import java.util.Set;

/**
 * One transactional id as its coordinator knows it.
 *
 * @param state the coordinator's name of the state, such as {@code Ongoing}
 * @param age since the open transaction began, zero when none is open
 * @param partitions those of the open transaction
 */
public record TransactionDescription(
        String transactionalId,
        String state,
        long producerId,
        short producerEpoch,
        Duration age,
        Set<TopicPartition> partitions) {
    public TransactionDescription {
        partitions = Set.copyOf(partitions);
    }
}
