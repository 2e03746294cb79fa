package io.millrace.log.embedded;

import io.millrace.log.GroupDescription;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.OffsetTarget;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Administration of one engine. Safe for use by several threads. */
final class EmbeddedAdmin implements LogAdmin {
    private final LogEngine engine;
    private final TopicCatalogue catalogue;
    private final GroupAdministration groups;

    EmbeddedAdmin(LogEngine engine, TopicCatalogue catalogue) {
        this.engine = engine;
        this.catalogue = catalogue;
        this.groups = new GroupAdministration(catalogue::find, engine::partition);
    }

    @Override
    public boolean createTopic(String name, int partitions, TopicSettings settings) {
        TopicName.checkUser(name);
        return engine().createTopic(name, partitions, settings);
    }

    @Override
    public boolean deleteTopic(String name) {
        return engine().deleteTopic(name);
    }

    @Override
    public void addPartitions(String name, int partitions) {
        engine().addPartitions(name, partitions);
    }

    @Override
    public void alterTopic(String name, TopicSettings settings) {
        engine().alterTopic(name, settings);
    }

    @Override
    public Map<TopicPartition, Long> deleteRecords(Map<TopicPartition, Long> beforeOffsets) {
        LogEngine open = engine();
        SortedMap<TopicPartition, Long> inOrder = new TreeMap<>(beforeOffsets);
        inOrder.keySet().forEach(open::checkDeletable);
        inOrder.replaceAll((partition, offset) -> open.partition(partition).deleteRecordsBefore(offset));
        return inOrder;
    }

    @Override
    public Optional<TopicDescription> describeTopic(String name) {
        return Optional.ofNullable(catalogue().find(name));
    }

    @Override
    public List<TopicDescription> topics() {
        return catalogue().all();
    }

    @Override
    public long logStartOffset(TopicPartition topicPartition) {
        return engine().partition(topicPartition).view().logStartOffset();
    }

    @Override
    public long endOffset(TopicPartition topicPartition, Isolation isolation) {
        return engine().partition(topicPartition).view().endOffset(isolation);
    }

    @Override
    public void checkAppendable(TopicPartition topicPartition) {
        engine().partition(topicPartition).checkOpen();
    }

    @Override
    public OptionalLong compactedOffset(TopicPartition topicPartition) {
        return OptionalLong.of(engine().partition(topicPartition).cleaning().firstDirtyOffset());
    }

    @Override
    public OptionalLong offsetForTimestamp(TopicPartition topicPartition, long timestamp, Isolation isolation) {
        return engine().partition(topicPartition).offsetForTimestamp(timestamp, isolation);
    }

    @Override
    public Map<TopicPartition, Long> committedOffsets(String groupId) {
        return engine().groups().committed(groupId);
    }

    @Override
    public List<String> groups() {
        return List.copyOf(engine().groups().groups());
    }

    @Override
    public Optional<GroupDescription> describeGroup(String groupId) {
        return engine().groups().operations().snapshot(groupId).map(groups::describe);
    }

    @Override
    public OffsetResetPlan planOffsetReset(String groupId, Set<TopicPartition> partitions, OffsetTarget target) {
        return groups.plan(
                groupId, engine().groups().committed(groupId), engine().groups().pending(groupId), partitions, target);
    }

    @Override
    public void resetOffsets(OffsetResetPlan plan) {
        engine().groups().operations().reset(plan);
    }

    @Override
    public boolean deleteGroup(String groupId) {
        return engine().groups().operations().delete(groupId);
    }

    private LogEngine engine() {
        engine.checkOpen();
        return engine;
    }

    private TopicCatalogue catalogue() {
        engine.checkOpen();
        return catalogue;
    }
}
