package io.millrace.kafka;

import io.millrace.log.assignment.Assignor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;

/**
 * The assignment of the embedded engine ({@link Assignor#STICKY}) for members that speak the classic protocol of groups: even, sticky, and partitions
 * of one number together, so that the two sides of a join meet on one member.
 *
 * <p>Partitions move in two rebalances (KIP-429): the first takes them from who has them, the second, which that one then asks for, gives them to
 * whom they are due. Whoever keeps a partition is not disturbed. Public because Kafka's client makes it by its name; of no use to programs.
 */
public final class CooperativeAssignor implements ConsumerPartitionAssignor {
    private int generation = -1;

    @Override
    public String name() {
        return "millrace-sticky";
    }

    @Override
    public List<RebalanceProtocol> supportedProtocols() {
        return List.of(RebalanceProtocol.COOPERATIVE, RebalanceProtocol.EAGER);
    }

    /** The generation in which what a member says it owns was given to it. */
    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, generation);
    }

    @Override
    public void onAssignment(Assignment assignment, org.apache.kafka.clients.consumer.ConsumerGroupMetadata metadata) {
        generation = metadata.generationId();
    }

    @Override
    public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
        SortedMap<String, SortedSet<String>> subscriptions = new TreeMap<>();
        Map<String, Integer> counts = new HashMap<>();
        group.groupSubscription().forEach((member, subscription) -> {
            subscriptions.put(member, new TreeSet<>(subscription.topics()));
            for (String topic : subscription.topics()) {
                Integer count = cluster.partitionCountForTopic(topic);
                if (count != null) {
                    counts.put(topic, count);
                }
            }
        });
        Map<TopicPartition, String> owners = owners(group);
        Map<String, SortedSet<io.millrace.log.TopicPartition>> previous = new HashMap<>();
        owners.forEach((partition, member) ->
                previous.computeIfAbsent(member, m -> new TreeSet<>()).add(Names.ours(partition)));
        Map<String, Assignment> result = new HashMap<>();
        Assignor.STICKY.assign(subscriptions, counts, previous).forEach((member, partitions) -> {
            List<TopicPartition> granted = new ArrayList<>();
            for (io.millrace.log.TopicPartition partition : partitions) {
                TopicPartition theirs = Names.theirs(partition);
                // One that another member still has is given when that member has let go of it.
                if (owners.getOrDefault(theirs, member).equals(member)) {
                    granted.add(theirs);
                }
            }
            result.put(member, new Assignment(granted));
        });
        return new GroupAssignment(result);
    }

    /** Who has what. Where two say they do, the later generation is right; where both are of one, neither is believed. */
    private static Map<TopicPartition, String> owners(GroupSubscription group) {
        Map<TopicPartition, String> owners = new HashMap<>();
        Map<TopicPartition, Integer> since = new HashMap<>();
        Set<TopicPartition> disputed = new HashSet<>();
        new TreeMap<>(group.groupSubscription()).forEach((member, subscription) -> {
            int generation = generationOf(subscription);
            for (TopicPartition partition : subscription.ownedPartitions()) {
                int known = since.getOrDefault(partition, Integer.MIN_VALUE);
                if (generation > known) {
                    owners.put(partition, member);
                    since.put(partition, generation);
                    disputed.remove(partition);
                } else if (generation == known) {
                    disputed.add(partition);
                }
            }
        });
        owners.keySet().removeAll(disputed);
        return owners;
    }

    private static int generationOf(Subscription subscription) {
        ByteBuffer data = subscription.userData();
        int sent = data != null && data.remaining() >= Integer.BYTES ? data.getInt(data.position()) : -1;
        return subscription.generationId().orElse(sent);
    }
}
