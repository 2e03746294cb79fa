package io.millrace.cli.log;

import io.millrace.cli.command.UnusableException;
import io.millrace.log.TopicPartition;
import java.util.SortedSet;

/** A partition as people and directories call it: {@code orders-0}. */
final class PartitionName {
    private PartitionName() {}

    /** @throws UnusableException if this log has no such partition */
    static TopicPartition find(String name, SortedSet<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            if (partition.toString().equals(name)) {
                return partition;
            }
        }
        throw new UnusableException("There is no partition " + name
                + ". A partition is named as TOPIC-NUMBER; 'millrace log describe' says which there are.");
    }
}
