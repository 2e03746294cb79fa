package io.millrace.kafka;

import io.millrace.log.TopicPartition;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Kafka's names of partitions and ours. Pure. */
final class Names {
    private Names() {}

    static TopicPartition ours(org.apache.kafka.common.TopicPartition theirs) {
        return new TopicPartition(theirs.topic(), theirs.partition());
    }

    static SortedSet<TopicPartition> ours(Collection<org.apache.kafka.common.TopicPartition> theirs) {
        SortedSet<TopicPartition> ours = new TreeSet<>();
        theirs.forEach(partition -> ours.add(ours(partition)));
        return ours;
    }

    static org.apache.kafka.common.TopicPartition theirs(TopicPartition ours) {
        return new org.apache.kafka.common.TopicPartition(ours.topic(), ours.partition());
    }

    static Set<org.apache.kafka.common.TopicPartition> theirs(Collection<TopicPartition> ours) {
        Set<org.apache.kafka.common.TopicPartition> theirs = new HashSet<>();
        ours.forEach(partition -> theirs.add(theirs(partition)));
        return theirs;
    }

    /** Topics that clusters and logs keep for themselves. */
    static boolean isInternal(String topic) {
        return topic.startsWith("__");
    }
}
