package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fold of the offsets partition: what is committed, and what waits for the marker of its producer. Owned by the group coordinator's
 * lock.
 *
 * <p>Every entry carries the offset of its own record in the offsets partition. A record, or the commit of a pending one, takes effect
 * only if it is newer than what stands (G3): a marker that comes late must not undo a commit that came after the record.
 */
final class CommittedOffsets {
    /** @param value the committed offset, or null for one that was deleted */
    private record Entry(@Nullable Long value, long recordOffset) {}

    private final Map<String, SortedMap<TopicPartition, Entry>> committed = new TreeMap<>();
    private final Map<Long, Map<OffsetKey, Entry>> pending = new HashMap<>();
    /** How many producers have a pending offset for a key. */
    private final Map<OffsetKey, Integer> undecided = new HashMap<>();
    /** The keys whose newest record is a tombstone. */
    private final Set<OffsetKey> deleted = new HashSet<>();

    /** A record outside of transactions. @param value null for a tombstone */
    void commit(OffsetKey key, @Nullable Long value, long recordOffset) {
        if (value == null) {
            // A tombstone ends what waits as well (PROTOCOL C14): the group was deleted, nothing of it may come back.
            for (Map<OffsetKey, Entry> ofProducer : pending.values()) {
                Entry entry = ofProducer.get(key);
                if (entry != null && entry.recordOffset() < recordOffset) {
                    ofProducer.remove(key);
                    decided(key);
                }
            }
        }
        apply(key, new Entry(value, recordOffset));
    }

    /** A record inside the open transaction of a producer. */
    void commitPending(long producerId, OffsetKey key, @Nullable Long value, long recordOffset) {
        Entry old = pending.computeIfAbsent(producerId, id -> new HashMap<>()).put(key, new Entry(value, recordOffset));
        if (old == null) {
            undecided.merge(key, 1, Integer::sum);
        }
    }

    /** The marker of a producer. @return the groups of which something waited */
    Set<String> complete(long producerId, boolean isCommit) {
        Map<OffsetKey, Entry> ofProducer = pending.remove(producerId);
        if (ofProducer == null) {
            return Set.of();
        }
        SortedSet<String> groups = new TreeSet<>();
        ofProducer.forEach((key, entry) -> {
            groups.add(key.groupId());
            decided(key);
            if (isCommit) {
                apply(key, entry);
            }
        });
        return groups;
    }

    /** The committed offset, or null. */
    @Nullable Long committed(OffsetKey key) {
        Entry entry = ofGroup(key.groupId()).get(key.topicPartition());
        return entry == null ? null : entry.value();
    }

    SortedMap<TopicPartition, Long> committed(String groupId) {
        SortedMap<TopicPartition, Long> result = new TreeMap<>();
        ofGroup(groupId).forEach((topicPartition, entry) -> {
            Long value = entry.value();
            if (value != null) {
                result.put(topicPartition, value);
            }
        });
        return result;
    }

    /** The partitions of which an offset of the group waits, each with the producer that wrote it, the highest id if there are several. */
    SortedMap<TopicPartition, Long> pending(String groupId) {
        SortedMap<TopicPartition, Long> producers = new TreeMap<>();
        pending.forEach((producerId, ofProducer) -> ofProducer.keySet().forEach(key -> {
            if (key.groupId().equals(groupId)) {
                producers.merge(key.topicPartition(), producerId, Math::max);
            }
        }));
        return producers;
    }

    /** True while an open transaction may still change the committed offset: a new owner waits for its end (KAFKA-14196). */
    boolean isPending(OffsetKey key) {
        return undecided.containsKey(key);
    }

    /** The groups that have committed offsets, or some that wait. */
    SortedSet<String> groups() {
        SortedSet<String> groups = new TreeSet<>();
        committed.keySet().forEach(group -> {
            if (!committed(group).isEmpty()) {
                groups.add(group);
            }
        });
        undecided.keySet().forEach(key -> groups.add(key.groupId()));
        return groups;
    }

    /** All keys of a topic that have an offset or wait for one, by group. */
    SortedMap<String, SortedSet<TopicPartition>> ofTopic(String topic) {
        SortedMap<String, SortedSet<TopicPartition>> found = new TreeMap<>();
        committed.forEach((group, ofGroup) -> ofGroup.forEach((partition, entry) -> {
            if (partition.topic().equals(topic) && entry.value() != null) {
                found.computeIfAbsent(group, id -> new TreeSet<>()).add(partition);
            }
        }));
        for (OffsetKey key : undecided.keySet()) {
            if (key.topicPartition().topic().equals(topic)) {
                found.computeIfAbsent(key.groupId(), id -> new TreeSet<>()).add(key.topicPartition());
            }
        }
        return found;
    }

    private void apply(OffsetKey key, Entry entry) {
        SortedMap<TopicPartition, Entry> ofGroup = committed.computeIfAbsent(key.groupId(), id -> new TreeMap<>());
        Entry standing = ofGroup.get(key.topicPartition());
        if (standing == null || standing.recordOffset() < entry.recordOffset()) {
            ofGroup.put(key.topicPartition(), entry);
            if (entry.value() == null) {
                deleted.add(key);
            } else {
                deleted.remove(key);
            }
        }
    }

    /**
     * Lets go of what is left of deleted keys, so that groups and topics which come and go take no memory for ever. Only while no record
     * is on its way that is older than a tombstone: it would count again. What waits for a marker is none, the tombstone ended that.
     */
    void forgetDeleted() {
        for (OffsetKey key : deleted) {
            committed.computeIfPresent(key.groupId(), (group, ofGroup) -> {
                ofGroup.remove(key.topicPartition());
                return ofGroup.isEmpty() ? null : ofGroup;
            });
        }
        deleted.clear();
    }

    private void decided(OffsetKey key) {
        undecided.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
    }

    private SortedMap<TopicPartition, Entry> ofGroup(String groupId) {
        SortedMap<TopicPartition, Entry> ofGroup = committed.get(groupId);
        return ofGroup == null ? Collections.emptySortedMap() : ofGroup;
    }
}
