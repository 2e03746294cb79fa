package io.millrace.log.assignment;

import io.millrace.log.TopicPartition;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;

/** How the partitions of a group's topics are shared among its members. Pure, and deterministic whatever the order of its input. */
public enum Assignor {
    /**
     * Even, and a partition stays where it is unless evenness asks it to move. Partitions of the same number, of topics that have equally
     * many partitions and the same subscribers, go together: a join or a merge of such topics finds both sides on one member.
     */
    STICKY {
        @Override
        public SortedMap<String, SortedSet<TopicPartition>> assign(
                SortedMap<String, SortedSet<String>> subscriptions,
                Map<String, Integer> partitionCounts,
                Map<String, SortedSet<TopicPartition>> previous) {
            return new StickyAssignment(subscriptions, partitionCounts, previous).assign();
        }
    },
    /** Topic by topic, a contiguous range of partitions for each subscriber, in order of member ids. */
    RANGE {
        @Override
        public SortedMap<String, SortedSet<TopicPartition>> assign(
                SortedMap<String, SortedSet<String>> subscriptions,
                Map<String, Integer> partitionCounts,
                Map<String, SortedSet<TopicPartition>> previous) {
            return PlainAssignment.range(subscriptions, partitionCounts);
        }
    },
    /** All partitions in order, dealt to the subscribers one after the other. */
    ROUND_ROBIN {
        @Override
        public SortedMap<String, SortedSet<TopicPartition>> assign(
                SortedMap<String, SortedSet<String>> subscriptions,
                Map<String, Integer> partitionCounts,
                Map<String, SortedSet<TopicPartition>> previous) {
            return PlainAssignment.roundRobin(subscriptions, partitionCounts);
        }
    };

    /**
     * @param subscriptions topics by member
     * @param partitionCounts of the topics that exist; a subscription may name others
     * @param previous what each member had, members that left included or not
     * @return what each member gets: every partition of a subscribed topic exactly once, every member named
     */
    public abstract SortedMap<String, SortedSet<TopicPartition>> assign(
            SortedMap<String, SortedSet<String>> subscriptions,
            Map<String, Integer> partitionCounts,
            Map<String, SortedSet<TopicPartition>> previous);
}
