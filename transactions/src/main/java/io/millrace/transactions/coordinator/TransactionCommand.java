package io.millrace.transactions.coordinator;

import io.millrace.log.TopicPartition;
import java.util.List;

/** What can be asked of a transactional id. */
public sealed interface TransactionCommand {
    /**
     * A new owner takes the id.
     *
     * @param freshProducerId an unused producer id, or −1: {@link TransactionRule#needsProducerId} tells whether one is needed
     */
    record Initialize(int timeoutMillis, long freshProducerId) implements TransactionCommand {}

    /** The producer is about to write to these partitions for the first time in its transaction. */
    record Enlist(ProducerIdentity producer, List<TopicPartition> partitions) implements TransactionCommand {
        public Enlist {
            partitions = List.copyOf(partitions);
        }
    }

    /** The producer commits or aborts. {@code freshProducerId} as for {@link Initialize}. */
    record End(ProducerIdentity producer, boolean commit, long freshProducerId) implements TransactionCommand {}

    /** The producer has written all, and leaves the decision to somebody outside. */
    record Prepare(ProducerIdentity producer) implements TransactionCommand {}

    /**
     * Somebody decides about a prepared transaction.
     *
     * @param producer whose transaction is meant
     * @param freshProducerId as for {@link Initialize}
     */
    record EndPrepared(ProducerIdentity producer, boolean commit, long freshProducerId) implements TransactionCommand {}

    /** Somebody else than the producer aborts its open transaction and shuts it out. */
    record Fence() implements TransactionCommand {}

    /** The open transaction showed no sign of life for this long. */
    record Expire(long idleMillis) implements TransactionCommand {}

    /**
     * Recovery found that partitions know more of this producer than the journal, which lost its end: what is open in {@code partitions},
     * if anything, is aborted, and the epoch is raised.
     *
     * @param knownEpoch the highest that any partition knows: the raised one is above it, or these would refuse marker and producer
     */
    record AbortOrphan(List<TopicPartition> partitions, short knownEpoch) implements TransactionCommand {
        public AbortOrphan {
            partitions = List.copyOf(partitions);
        }
    }

    /** All markers of the decision are written. */
    record Complete() implements TransactionCommand {}

    /** Nobody used the id for {@code idleMillis}; after {@code retentionMillis} it is forgotten. */
    record Forget(long idleMillis, long retentionMillis) implements TransactionCommand {}
}
