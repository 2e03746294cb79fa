package io.millrace.log.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What each assignor promises, computed anew from its words. */
class AssignorProperties {
    private static final List<String> TOPICS = List.of("credits", "orders", "results");

    @Property(tries = 500)
    void stickyMovesAsFewAsEvennessAllows(
            @ForAll @IntRange(min = 1, max = 6) int memberCount,
            @ForAll @IntRange(min = 1, max = 3) int topicCount,
            @ForAll @Size(min = 1, max = 14) List<@IntRange(max = 9) Integer> formerOwners) {
        SortedMap<String, SortedSet<String>> subscriptions = new TreeMap<>();
        for (int m = 0; m < memberCount; m++) {
            subscriptions.put("member-" + m, new TreeSet<>(TOPICS.subList(0, topicCount)));
        }
        Map<String, Integer> counts = new HashMap<>();
        TOPICS.subList(0, topicCount).forEach(topic -> counts.put(topic, formerOwners.size()));
        // Members 6 to 8 have left; 9 is nobody.
        SortedMap<String, SortedSet<TopicPartition>> previous = new TreeMap<>();
        for (int p = 0; p < formerOwners.size(); p++) {
            if (formerOwners.get(p) < 9) {
                SortedSet<TopicPartition> had =
                        previous.computeIfAbsent("member-" + formerOwners.get(p), id -> new TreeSet<>());
                for (String topic : subscriptions.get("member-0")) {
                    had.add(new TopicPartition(topic, p));
                }
            }
        }

        SortedMap<String, SortedSet<TopicPartition>> assigned = Assignor.STICKY.assign(subscriptions, counts, previous);

        int taken = 0;
        List<Integer> loads = new ArrayList<>();
        for (String member : subscriptions.keySet()) {
            SortedSet<TopicPartition> now = assigned.get(member);
            assertThat(now).isNotNull();
            loads.add(now.size() / topicCount);
            SortedSet<TopicPartition> away = new TreeSet<>(previous.getOrDefault(member, new TreeSet<>()));
            away.removeAll(now);
            taken += away.size() / topicCount;
        }
        assertThat(Collections.max(loads) - Collections.min(loads)).isLessThanOrEqualTo(1);
        assertThat(taken).isEqualTo(fewestMoves(memberCount, formerOwners));
    }

    /** Those who have most keep the larger shares; what is above a share has to go, and nothing else. */
    private static int fewestMoves(int memberCount, List<Integer> formerOwners) {
        List<Integer> loads = new ArrayList<>(Collections.nCopies(memberCount, 0));
        for (int owner : formerOwners) {
            if (owner < memberCount) {
                loads.set(owner, loads.get(owner) + 1);
            }
        }
        loads.sort(Comparator.reverseOrder());
        int share = formerOwners.size() / memberCount;
        int larger = formerOwners.size() % memberCount;
        int moves = 0;
        for (int m = 0; m < memberCount; m++) {
            moves += Math.max(0, loads.get(m) - share - (m < larger ? 1 : 0));
        }
        return moves;
    }

    @Property(tries = 300)
    void rangeGivesEverySubscriberAContiguousShareOfEachTopicTheFirstTheLargerOnes(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 7) Integer> topicsOfMembers,
            @ForAll @IntRange(max = 9) int partitions) {
        SortedMap<String, SortedSet<String>> subscriptions = subscriptions(topicsOfMembers);
        Map<String, Integer> counts = new HashMap<>();
        TOPICS.forEach(topic -> counts.put(topic, partitions));

        SortedMap<String, SortedSet<TopicPartition>> assigned =
                Assignor.RANGE.assign(subscriptions, counts, new TreeMap<>());

        for (String topic : TOPICS) {
            int next = 0;
            int former = Integer.MAX_VALUE;
            List<Integer> shares = new ArrayList<>();
            for (String member : PlainAssignment.subscribers(subscriptions, topic)) {
                int share = 0;
                for (TopicPartition partition : assigned.getOrDefault(member, new TreeSet<>())) {
                    if (partition.topic().equals(topic)) {
                        assertThat(partition.partition()).as("contiguous").isEqualTo(next++);
                        share++;
                    }
                }
                assertThat(share).as("the larger shares first").isLessThanOrEqualTo(former);
                former = share;
                shares.add(share);
            }
            if (!shares.isEmpty()) {
                assertThat(next).as("all of %s", topic).isEqualTo(partitions);
                assertThat(Collections.max(shares) - Collections.min(shares)).isLessThanOrEqualTo(1);
            }
        }
    }

    @Property(tries = 300)
    void roundRobinDealsAllPartitionsInTurn(
            @ForAll @IntRange(min = 1, max = 6) int memberCount,
            @ForAll @Size(3) List<@IntRange(max = 7) Integer> sizes) {
        SortedMap<String, SortedSet<String>> subscriptions = subscriptions(Collections.nCopies(memberCount, 7));
        Map<String, Integer> counts = new HashMap<>();
        for (int t = 0; t < TOPICS.size(); t++) {
            counts.put(TOPICS.get(t), sizes.get(t));
        }

        SortedMap<String, SortedSet<TopicPartition>> assigned =
                Assignor.ROUND_ROBIN.assign(subscriptions, counts, new TreeMap<>());

        int turn = 0;
        for (String topic : TOPICS) {
            for (int p = 0; p < counts.get(topic); p++) {
                assertThat(assigned.get("member-" + turn++ % memberCount)).contains(new TopicPartition(topic, p));
            }
        }
        assertThat(assigned.values().stream().mapToInt(SortedSet::size).sum()).isEqualTo(turn);
    }

    /** @param topicsOfMembers a bit a topic */
    private static SortedMap<String, SortedSet<String>> subscriptions(List<Integer> topicsOfMembers) {
        SortedMap<String, SortedSet<String>> subscriptions = new TreeMap<>();
        for (int m = 0; m < topicsOfMembers.size(); m++) {
            SortedSet<String> topics = new TreeSet<>();
            for (int t = 0; t < TOPICS.size(); t++) {
                if ((topicsOfMembers.get(m) >> t & 1) == 1) {
                    topics.add(TOPICS.get(t));
                }
            }
            subscriptions.put("member-" + m, topics);
        }
        return subscriptions;
    }
}
