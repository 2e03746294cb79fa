package io.millrace.log.embedded.retention;

import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.UnopenedPartition;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The partitions of an engine, as its cleaner sees them; all are open, unless it says otherwise. Called by the cleaner's loop. */
@FunctionalInterface
public interface CleanedPartitions {
    /** What is done to those that are open, in order. */
    List<PartitionCleaning> cleanings();

    /** Those that are not open, in order. */
    default List<TopicPartition> unopened() {
        return List.of();
    }

    /**
     * Looks at the files of a partition that is not open.
     *
     * @throws io.millrace.log.LogException if a file that it needs is damaged
     * @throws io.millrace.platform.StorageException if a file cannot be read, or is deleted meanwhile
     */
    default UnopenedPartition look(TopicPartition topicPartition) {
        throw new IllegalStateException(topicPartition + " is open");
    }

    /**
     * Runs a look at a partition's files while nobody can open it, so that what it finds is what stands there.
     *
     * @return what the look says; false, without one, if the partition is open by now, or known not to open
     */
    default boolean whileUnopened(TopicPartition topicPartition, BooleanSupplier look) {
        return look.getAsBoolean();
    }

    /**
     * Opens a partition for the cleaner alone, until {@link #leave}; anybody else who needs it meanwhile takes it over. One at a time.
     *
     * @return null if it is open, or exists no more
     * @throws io.millrace.log.LogException if it cannot be opened
     */
    default @Nullable PartitionCleaning visit(TopicPartition topicPartition) {
        return null;
    }

    /** Closes what {@link #visit} opened, unless somebody took it over. */
    default void leave() {}

    /** What the partition's topic says now; null if it exists no more. */
    default @Nullable TopicSettings settings(TopicPartition topicPartition) {
        return null;
    }
}
