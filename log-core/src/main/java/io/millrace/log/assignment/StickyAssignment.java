package io.millrace.log.assignment;

import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One sticky assignment; used once, by one thread.
 *
 * <p>What is dealt is a <em>unit</em>: the partitions of one number, of all topics with the same subscribers and the same number of
 * partitions. A unit stays with a member that had some of it; the others go to the least loaded; then units move from a loaded to a less
 * loaded subscriber while that makes the two more even. Each such move lowers the sum of the squares of the loads, so it ends.
 */
final class StickyAssignment {
    private record UnitKey(List<String> subscribers, int partitions, int number) {}

    private static final class Unit {
        final List<String> subscribers;
        final SortedSet<TopicPartition> partitions = new TreeSet<>();

        Unit(List<String> subscribers) {
            this.subscribers = subscribers;
        }
    }

    private final SortedMap<String, SortedSet<String>> subscriptions;
    private final Map<String, Integer> partitionCounts;
    private final Map<String, SortedSet<TopicPartition>> previous;
    private final SortedMap<String, List<Unit>> loads = new TreeMap<>();

    StickyAssignment(
            SortedMap<String, SortedSet<String>> subscriptions,
            Map<String, Integer> partitionCounts,
            Map<String, SortedSet<TopicPartition>> previous) {
        this.subscriptions = subscriptions;
        this.partitionCounts = partitionCounts;
        this.previous = previous;
        subscriptions.keySet().forEach(member -> loads.put(member, new ArrayList<>()));
    }

    SortedMap<String, SortedSet<TopicPartition>> assign() {
        List<Unit> homeless = new ArrayList<>();
        for (Unit unit : units()) {
            String owner = previousOwner(unit);
            if (owner == null) {
                homeless.add(unit);
            } else {
                load(owner).add(unit);
            }
        }
        // The ones with the fewest places to go first: the others can still even out what they leave.
        homeless.sort(Comparator.comparingInt(unit -> unit.subscribers.size()));
        for (Unit unit : homeless) {
            load(leastLoaded(unit.subscribers)).add(unit);
        }
        boolean moved = true;
        while (moved) {
            moved = moveOne();
        }
        return result();
    }

    private List<Unit> units() {
        Map<UnitKey, Unit> units = new TreeMap<>(Comparator.comparingInt(UnitKey::number)
                .thenComparingInt(UnitKey::partitions)
                .thenComparing(key -> String.join(",", key.subscribers())));
        for (String topic : PlainAssignment.topics(subscriptions, partitionCounts)) {
            List<String> subscribers = PlainAssignment.subscribers(subscriptions, topic);
            int count = partitionCounts.getOrDefault(topic, 0);
            for (int number = 0; number < count; number++) {
                units.computeIfAbsent(new UnitKey(subscribers, count, number), key -> new Unit(key.subscribers()))
                        .partitions
                        .add(new TopicPartition(topic, number));
            }
        }
        return new ArrayList<>(units.values());
    }

    /** The subscriber that had most of the unit, or null; the first by id among equals. */
    private @Nullable String previousOwner(Unit unit) {
        String best = null;
        int most = 0;
        for (String member : unit.subscribers) {
            SortedSet<TopicPartition> had = previous.get(member);
            int count = 0;
            if (had != null) {
                for (TopicPartition partition : unit.partitions) {
                    count += had.contains(partition) ? 1 : 0;
                }
            }
            if (count > most) {
                most = count;
                best = member;
            }
        }
        return best;
    }

    /** Moves one unit from the most loaded member that can give to a less loaded one. @return false if all is even */
    private boolean moveOne() {
        List<String> byLoad = new ArrayList<>(loads.keySet());
        byLoad.sort(
                Comparator.comparingInt((String member) -> load(member).size()).reversed());
        for (String giver : byLoad) {
            List<Unit> mine = load(giver);
            // From the end: what came last goes first, so that what a member had before stays.
            for (int i = mine.size() - 1; i >= 0; i--) {
                String taker = leastLoaded(mine.get(i).subscribers);
                if (mine.size() - load(taker).size() > 1) {
                    load(taker).add(mine.remove(i));
                    return true;
                }
            }
        }
        return false;
    }

    private String leastLoaded(List<String> members) {
        String least = members.get(0);
        for (String member : members) {
            if (load(member).size() < load(least).size()) {
                least = member;
            }
        }
        return least;
    }

    private List<Unit> load(String member) {
        return loads.computeIfAbsent(member, m -> new ArrayList<>());
    }

    private SortedMap<String, SortedSet<TopicPartition>> result() {
        SortedMap<String, SortedSet<TopicPartition>> result = PlainAssignment.empty(subscriptions);
        loads.forEach((member, units) -> units.forEach(
                unit -> result.computeIfAbsent(member, m -> new TreeSet<>()).addAll(unit.partitions)));
        return result;
    }
}
