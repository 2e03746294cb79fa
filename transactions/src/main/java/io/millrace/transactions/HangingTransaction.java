package io.millrace.transactions;

import io.millrace.log.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A transaction that has been open for some time, and what it keeps from read-committed readers.
 *
 * @param transactionalId empty if no id is known that has this producer id
 * @param state the coordinator's, or {@link #ORPHANED}
 * @param age since it began, by the coordinator's clock; of an orphaned one, since the timestamp of its first record
 * @param partitions those in which it wrote, sorted
 */
public record HangingTransaction(
        Optional<String> transactionalId,
        String state,
        long producerId,
        short producerEpoch,
        Duration age,
        List<Open> partitions) {
    /** Open in a partition, and not known to the coordinator: nothing ends it by itself while the log is open. */
    public static final String ORPHANED = "Orphaned";

    public HangingTransaction {
        partitions = List.copyOf(partitions);
    }

    /** True if only {@link TransactionAdmin#abortOrphaned} or the next opening of the log ends it. */
    public boolean isOrphaned() {
        return state.equals(ORPHANED);
    }

    /**
     * The transaction in one partition.
     *
     * @param firstOffset of its first record there
     * @param lag how many offsets read-committed readers are behind the end of this partition, because of this transaction or of one
     *     before it
     */
    public record Open(TopicPartition topicPartition, long firstOffset, long lag) {}
}
