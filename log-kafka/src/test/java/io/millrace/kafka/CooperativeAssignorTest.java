package io.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CooperativeAssignorTest {
    private static final List<String> TOPICS = List.of("left", "right");
    private static final int PARTITIONS = 4;

    private final CooperativeAssignor assignor = new CooperativeAssignor();

    @Test
    void partitionsOfOneNumberGoTogether() {
        Map<String, Set<TopicPartition>> given = assign(Map.of("a", owns(1), "b", owns(1)));

        assertThat(given.get("a")).hasSize(PARTITIONS);
        assertThat(given.get("b")).hasSize(PARTITIONS);
        given.forEach((member, partitions) -> {
            for (TopicPartition partition : partitions) {
                assertThat(partitions)
                        .contains(new TopicPartition("left", partition.partition()))
                        .contains(new TopicPartition("right", partition.partition()));
            }
        });
    }

    @Test
    void whatMovesIsGivenOnlyOnceItsOwnerHasLetGo() {
        TopicPartition[] all = all();
        Map<String, Set<TopicPartition>> first = assign(Map.of("a", owns(1, all), "b", owns(1)));
        assertThat(first.get("a")).hasSize(PARTITIONS);
        assertThat(first.get("b")).isEmpty();

        Map<String, Set<TopicPartition>> second =
                assign(Map.of("a", owns(2, first.get("a").toArray(new TopicPartition[0])), "b", owns(2)));
        assertThat(second.get("a")).isEqualTo(first.get("a"));
        assertThat(second.get("b")).hasSize(PARTITIONS).doesNotContainAnyElementsOf(second.get("a"));
    }

    @Test
    void ofTwoThatClaimAPartitionTheLaterGenerationHasIt() {
        TopicPartition[] all = all();
        Map<String, Set<TopicPartition>> given = assign(Map.of("former", owns(3, all), "present", owns(4, all)));

        assertThat(given.get("former")).isEmpty();
        assertThat(given.get("present")).hasSize(PARTITIONS);
    }

    private static TopicPartition[] all() {
        List<TopicPartition> all = new ArrayList<>();
        for (String topic : TOPICS) {
            for (int number = 0; number < PARTITIONS; number++) {
                all.add(new TopicPartition(topic, number));
            }
        }
        return all.toArray(new TopicPartition[0]);
    }

    private static Subscription owns(int generation, TopicPartition... partitions) {
        return new Subscription(TOPICS, null, List.of(partitions), generation, Optional.empty());
    }

    private Map<String, Set<TopicPartition>> assign(Map<String, Subscription> members) {
        List<PartitionInfo> partitions = new ArrayList<>();
        Node[] nodes = {new Node(1, "localhost", 1)};
        for (TopicPartition partition : all()) {
            partitions.add(new PartitionInfo(partition.topic(), partition.partition(), nodes[0], nodes, nodes));
        }
        Cluster cluster = new Cluster("c", List.of(nodes), partitions, Set.of(), Set.of());
        Map<String, Set<TopicPartition>> given = new TreeMap<>();
        assignor.assign(cluster, new GroupSubscription(new HashMap<>(members)))
                .groupAssignment()
                .forEach((member, assignment) -> given.put(member, Set.copyOf(assignment.partitions())));
        return given;
    }
}
