package io.millrace.log.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AssignorTest {
    private static final Map<String, SortedSet<TopicPartition>> NOTHING = Collections.emptyMap();

    @Test
    void rangeGivesContiguousPartitionsToTheFirstMembersFirst() {
        var assignment = Assignor.RANGE.assign(all("a", "b"), Map.of("orders", 5), NOTHING);

        assertThat(assignment.get("a")).containsExactlyElementsOf(partitions("orders", 0, 1, 2));
        assertThat(assignment.get("b")).containsExactlyElementsOf(partitions("orders", 3, 4));
    }

    @Test
    void roundRobinDealsAcrossTopics() {
        SortedMap<String, SortedSet<String>> members = new TreeMap<>();
        members.put("a", new TreeSet<>(Arrays.asList("credits", "orders")));
        members.put("b", new TreeSet<>(Arrays.asList("credits", "orders")));
        var assignment = Assignor.ROUND_ROBIN.assign(members, Map.of("orders", 1, "credits", 1), NOTHING);

        assertThat(assignment.get("a")).containsExactlyElementsOf(partitions("credits", 0));
        assertThat(assignment.get("b")).containsExactlyElementsOf(partitions("orders", 0));
    }

    @Test
    void stickyKeepsEqualNumbersOfEquallyPartitionedTopicsTogether() {
        SortedMap<String, SortedSet<String>> members = new TreeMap<>();
        members.put("a", new TreeSet<>(Arrays.asList("credits", "orders")));
        members.put("b", new TreeSet<>(Arrays.asList("credits", "orders")));
        var assignment = Assignor.STICKY.assign(members, Map.of("orders", 4, "credits", 4), NOTHING);

        assignment.values().forEach(owned -> {
            assertThat(owned).hasSize(4);
            owned.forEach(partition -> assertThat(owned)
                    .contains(
                            new TopicPartition("orders", partition.partition()),
                            new TopicPartition("credits", partition.partition())));
        });
    }

    @Test
    void stickyMovesOnlyWhatEvennessAsksFor() {
        var before = Assignor.STICKY.assign(all("a", "b"), Map.of("orders", 7), NOTHING);
        var after = Assignor.STICKY.assign(all("a", "b", "c"), Map.of("orders", 7), before);

        assertThat(before.get("a")).containsAll(after.get("a"));
        assertThat(before.get("b")).containsAll(after.get("b"));
        assertThat(after.values()).extracting(SortedSet::size).containsExactlyInAnyOrder(3, 2, 2);
    }

    @Test
    void stickyIsEvenAlsoWhenNotEverybodySubscribesToEverything() {
        SortedMap<String, SortedSet<String>> members = new TreeMap<>();
        members.put("a", new TreeSet<>(Arrays.asList("orders", "results")));
        members.put("b", new TreeSet<>(Collections.singleton("orders")));
        var assignment = Assignor.STICKY.assign(members, Map.of("orders", 4, "results", 4), NOTHING);

        assertThat(assignment.get("a")).containsExactlyElementsOf(partitions("results", 0, 1, 2, 3));
        assertThat(assignment.get("b")).containsExactlyElementsOf(partitions("orders", 0, 1, 2, 3));
    }

    @Test
    void aTopicThatDoesNotExistIsPassedOver() {
        for (Assignor assignor : Assignor.values()) {
            assertThat(assignor.assign(all("a"), Map.of("other", 3), NOTHING).get("a"))
                    .isEmpty();
        }
    }

    private static SortedMap<String, SortedSet<String>> all(String... members) {
        SortedMap<String, SortedSet<String>> subscriptions = new TreeMap<>();
        for (String member : members) {
            subscriptions.put(member, new TreeSet<>(Collections.singleton("orders")));
        }
        return subscriptions;
    }

    private static SortedSet<TopicPartition> partitions(String topic, int... numbers) {
        SortedSet<TopicPartition> partitions = new TreeSet<>();
        for (int number : numbers) {
            partitions.add(new TopicPartition(topic, number));
        }
        return partitions;
    }
}
