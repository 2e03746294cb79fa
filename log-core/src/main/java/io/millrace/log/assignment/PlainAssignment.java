package io.millrace.log.assignment;

import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The assignments that look at nothing but the present members: range and round-robin. Pure. */
final class PlainAssignment {
    private PlainAssignment() {}

    static SortedMap<String, SortedSet<TopicPartition>> range(
            SortedMap<String, SortedSet<String>> subscriptions, Map<String, Integer> partitionCounts) {
        SortedMap<String, SortedSet<TopicPartition>> result = empty(subscriptions);
        for (String topic : topics(subscriptions, partitionCounts)) {
            List<String> members = subscribers(subscriptions, topic);
            int partitions = partitionCounts.getOrDefault(topic, 0);
            int share = partitions / members.size();
            int larger = partitions % members.size();
            int next = 0;
            for (int m = 0; m < members.size(); m++) {
                int end = next + share + (m < larger ? 1 : 0);
                SortedSet<TopicPartition> mine = assigned(result, members.get(m));
                for (; next < end; next++) {
                    mine.add(new TopicPartition(topic, next));
                }
            }
        }
        return result;
    }

    static SortedMap<String, SortedSet<TopicPartition>> roundRobin(
            SortedMap<String, SortedSet<String>> subscriptions, Map<String, Integer> partitionCounts) {
        SortedMap<String, SortedSet<TopicPartition>> result = empty(subscriptions);
        List<String> members = new ArrayList<>(subscriptions.keySet());
        int turn = 0;
        for (String topic : topics(subscriptions, partitionCounts)) {
            int partitions = partitionCounts.getOrDefault(topic, 0);
            for (int p = 0; p < partitions; p++) {
                while (!subscribes(subscriptions, members.get(turn % members.size()), topic)) {
                    turn++;
                }
                assigned(result, members.get(turn % members.size())).add(new TopicPartition(topic, p));
                turn++;
            }
        }
        return result;
    }

    /** All members, with nothing. */
    static SortedMap<String, SortedSet<TopicPartition>> empty(SortedMap<String, SortedSet<String>> subscriptions) {
        SortedMap<String, SortedSet<TopicPartition>> result = new TreeMap<>();
        subscriptions.keySet().forEach(member -> result.put(member, new TreeSet<>()));
        return result;
    }

    /** The topics that somebody subscribes to and that exist. */
    static SortedSet<String> topics(
            SortedMap<String, SortedSet<String>> subscriptions, Map<String, Integer> partitionCounts) {
        SortedSet<String> topics = new TreeSet<>();
        subscriptions.values().forEach(topics::addAll);
        topics.retainAll(partitionCounts.keySet());
        return topics;
    }

    static List<String> subscribers(SortedMap<String, SortedSet<String>> subscriptions, String topic) {
        List<String> members = new ArrayList<>();
        subscriptions.forEach((member, topics) -> {
            if (topics.contains(topic)) {
                members.add(member);
            }
        });
        return members;
    }

    private static boolean subscribes(SortedMap<String, SortedSet<String>> subscriptions, String member, String topic) {
        SortedSet<String> topics = subscriptions.get(member);
        return topics != null && topics.contains(topic);
    }

    private static SortedSet<TopicPartition> assigned(
            SortedMap<String, SortedSet<TopicPartition>> assignment, String member) {
        return assignment.computeIfAbsent(member, m -> new TreeSet<>());
    }
}
