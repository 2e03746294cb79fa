package io.millrace.transactions;

import io.millrace.log.TopicPartition;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One transactional id as its coordinator knows it.
 *
 * @param state the coordinator's name of the state, such as {@code Ongoing} or {@code Prepared}. {@code Empty} says that none is open, and not how
 *     the last one ended: after a crash, and beside another process that owns the log, that of a transaction in one partition is known to its
 *     marker there alone
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

    /** Names the transaction, if it is prepared and waits for its decision. */
    public Optional<PreparedTransaction> prepared() {
        return state.equals("Prepared")
                ? Optional.of(new PreparedTransaction(transactionalId, producerId, producerEpoch))
                : Optional.empty();
    }
}
