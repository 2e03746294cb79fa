package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is to be committed and pending, computed in the plainest way: every write has a number, and the newest that counts stands. */
final class ModelOffsets {
    private record Written(long offset, int number) {}

    private final Map<OffsetKey, Written> committed = new HashMap<>();
    private final Map<Long, Map<OffsetKey, Written>> pending = new HashMap<>();
    private int writes;

    void commit(String group, Map<TopicPartition, Long> offsets) {
        writes++;
        offsets.forEach((partition, offset) -> apply(new OffsetKey(group, partition), new Written(offset, writes)));
    }

    void pending(long producer, String group, Map<TopicPartition, Long> offsets) {
        writes++;
        Map<OffsetKey, Written> ofProducer = pending.computeIfAbsent(producer, id -> new HashMap<>());
        offsets.forEach(
                (partition, offset) -> ofProducer.put(new OffsetKey(group, partition), new Written(offset, writes)));
    }

    void end(long producer, boolean commit) {
        Map<OffsetKey, Written> ended = pending.remove(producer);
        if (commit && ended != null) {
            ended.forEach(this::apply);
        }
    }

    private void apply(OffsetKey key, Written written) {
        Written standing = committed.get(key);
        if (standing == null || standing.number() < written.number()) {
            committed.put(key, written);
        }
    }

    void forgetTopic(String topic) {
        committed.keySet().removeIf(key -> key.topicPartition().topic().equals(topic));
        pending.values()
                .forEach(ofProducer -> ofProducer
                        .keySet()
                        .removeIf(key -> key.topicPartition().topic().equals(topic)));
    }

    void forgetGroup(String group) {
        committed.keySet().removeIf(key -> key.groupId().equals(group));
        pending.values()
                .forEach(ofProducer ->
                        ofProducer.keySet().removeIf(key -> key.groupId().equals(group)));
    }

    boolean has(String group) {
        return !committed(group).isEmpty() || !undecided(group).isEmpty();
    }

    Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> result = new TreeMap<>();
        committed.forEach((key, written) -> {
            if (key.groupId().equals(group)) {
                result.put(key.topicPartition(), written.offset());
            }
        });
        return result;
    }

    /** The partitions whose offset an open transaction may still change. */
    SortedSet<TopicPartition> undecided(String group) {
        SortedSet<TopicPartition> result = new TreeSet<>();
        pending.values()
                .forEach(ofProducer -> ofProducer.keySet().forEach(key -> {
                    if (key.groupId().equals(group)) {
                        result.add(key.topicPartition());
                    }
                }));
        return result;
    }
}
