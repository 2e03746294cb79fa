package io.millrace.transactions.coordinator;

import io.millrace.log.TopicPartition;
import java.util.List;
import java.util.Map;

/** The log's partitions, as the coordinator uses them. Safe for use by several threads. */
public interface TransactionParticipants {
    /** The markers of one decision, which stands elsewhere. Owned by the caller. */
    interface Markers {
        /**
         * Ends the producer's transaction in a partition, and shows nobody what that commits. Written once: a repeated call, with no transaction
         * open, writes nothing.
         *
         * @throws io.millrace.log.LogException with RESTART_TASK if the partition has seen this epoch or a later one in an open transaction, so
         *     that this marker is of the past; RETRY or STOP as the partition says
         */
        void append(TopicPartition topicPartition);

        /**
         * Shows the transaction to the readers of all partitions that have its marker, and in the committed offsets, at one instant; or drops the
         * offsets that were pending, if it is aborted. Has an effect once.
         */
        void release();
    }

    /** @param marker the producer with its raised epoch */
    Markers markers(ProducerIdentity marker, boolean commit);

    /** Aborts a producer's transaction in one partition. @throws io.millrace.log.LogException as {@link Markers#append} */
    default void abort(TopicPartition topicPartition, ProducerIdentity marker) {
        Markers alone = markers(marker, false);
        alone.append(topicPartition);
        alone.release();
    }

    /**
     * Ends a transaction in the one partition that it reached, where nothing but this marker decides it: no reader sees what it commits before
     * a power cut cannot take it.
     *
     * @throws io.millrace.log.LogException as {@link Markers#append}
     */
    void appendDecision(TopicPartition topicPartition, ProducerIdentity marker, boolean commit);

    /**
     * Makes everything appended to these partitions so far durable, all of them at the same time. A force that fails keeps none of
     * the others from it.
     *
     * @throws io.millrace.log.LogException what the first that failed says
     */
    void force(List<TopicPartition> topicPartitions);

    /** True for a partition that holds committed offsets: its marker comes last. */
    boolean holdsOffsets(TopicPartition topicPartition);

    /** A producer id that nobody ever had. */
    long newProducerId();

    /**
     * The transactions that are open in any partition that can be read, sorted by partition. While there are producers, each is true of some
     * instant of the call.
     */
    List<OpenTransaction> openTransactions();

    /** Of each producer that a partition may know better than the journal, the highest epoch that any partition knows. For recovery. */
    Map<Long, Short> highestEpochs();

    /**
     * A transaction without a marker in a partition.
     *
     * @param producer with the epoch of its records
     * @param firstOffset of its first record
     * @param firstTimestamp of its first record, milliseconds since the epoch
     * @param lag how many offsets read-committed readers of the partition are behind its end
     */
    record OpenTransaction(
            TopicPartition topicPartition, ProducerIdentity producer, long firstOffset, long firstTimestamp, long lag) {
        /** True if this is the same one, whatever was written to it meanwhile. */
        boolean isSameAs(OpenTransaction other) {
            return topicPartition.equals(other.topicPartition)
                    && producer.equals(other.producer)
                    && firstOffset == other.firstOffset;
        }
    }
}
