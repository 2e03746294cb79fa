package io.millrace.log;

import java.util.Set;

/**
 * Told of a member's partitions, on the thread that polls or closes. Only partitions that move are named; the others go on undisturbed.
 */
public interface RebalanceListener {
    /** A listener that does nothing. */
    RebalanceListener NONE = new RebalanceListener() {
        @Override
        public void onAssigned(Set<TopicPartition> partitions) {}

        @Override
        public void onRevoked(Set<TopicPartition> partitions) {}

        @Override
        public void onLost(Set<TopicPartition> partitions) {}
    };

    /** These partitions are now the member's own; positions are the committed offsets. */
    void onAssigned(Set<TopicPartition> partitions);

    /**
     * These partitions are about to be given up, to others or because the consumer is being closed; commits for them are still accepted until
     * this returns.
     */
    void onRevoked(Set<TopicPartition> partitions);

    /** These partitions already belong to others (the session timed out, or the member was replaced): nothing can be committed. */
    void onLost(Set<TopicPartition> partitions);
}
