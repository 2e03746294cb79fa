package io.millrace.log.embedded;

import io.millrace.log.GroupDescription;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.OffsetTarget;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.partition.FollowedPartition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Answers from the files, as they are at each question; refuses what would change them. Safe for use by several threads. */
final class ReadOnlyAdmin implements LogAdmin {
    private final ReadOnlyLog log;

    ReadOnlyAdmin(ReadOnlyLog log) {
        this.log = log;
    }

    @Override
    public Optional<TopicDescription> describeTopic(String name) {
        return Optional.ofNullable(log.topics().find(name));
    }

    @Override
    public List<TopicDescription> topics() {
        return log.topics().all();
    }

    @Override
    public long logStartOffset(TopicPartition topicPartition) {
        return log.partition(topicPartition).refresh().logStartOffset();
    }

    @Override
    public long endOffset(TopicPartition topicPartition, Isolation isolation) {
        return log.partition(topicPartition).refresh().endOffset(isolation);
    }

    @Override
    public OptionalLong offsetForTimestamp(TopicPartition topicPartition, long timestamp, Isolation isolation) {
        return refreshed(topicPartition).offsetForTimestamp(timestamp, isolation);
    }

    private FollowedPartition refreshed(TopicPartition topicPartition) {
        FollowedPartition partition = log.partition(topicPartition);
        partition.refresh();
        return partition;
    }

    @Override
    public Map<TopicPartition, Long> committedOffsets(String groupId) {
        return log.offsets().committed(groupId);
    }

    /** Those that have offsets; one that has only members is not known here. */
    @Override
    public List<String> groups() {
        return List.copyOf(log.offsets().groups());
    }

    /** The group's offsets and how far they are; as {@code EMPTY}, since the members are known to the owner alone. */
    @Override
    public Optional<GroupDescription> describeGroup(String groupId) {
        return log.offsets().snapshot(groupId).map(administration()::describe);
    }

    @Override
    public OffsetResetPlan planOffsetReset(String groupId, Set<TopicPartition> partitions, OffsetTarget target) {
        return administration()
                .plan(groupId, committedOffsets(groupId), log.offsets().pending(groupId), partitions, target);
    }

    private GroupAdministration administration() {
        return new GroupAdministration(log.topics()::find, this::refreshed);
    }

    @Override
    public boolean createTopic(String name, int partitions, TopicSettings settings) {
        throw ReadOnlyLog.refused("No topic can be created");
    }

    @Override
    public boolean deleteTopic(String name) {
        throw ReadOnlyLog.refused("No topic can be deleted");
    }

    @Override
    public void addPartitions(String name, int partitions) {
        throw ReadOnlyLog.refused("No partition can be added");
    }

    @Override
    public void alterTopic(String name, TopicSettings settings) {
        throw ReadOnlyLog.refused("No setting can be changed");
    }

    @Override
    public Map<TopicPartition, Long> deleteRecords(Map<TopicPartition, Long> beforeOffsets) {
        throw ReadOnlyLog.refused("No record can be deleted");
    }

    @Override
    public void resetOffsets(OffsetResetPlan plan) {
        throw ReadOnlyLog.refused("No offset can be reset");
    }

    @Override
    public boolean deleteGroup(String groupId) {
        throw ReadOnlyLog.refused("No group can be deleted");
    }
}
