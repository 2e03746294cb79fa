package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.GroupMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.group.GroupCoordinator;
import io.millrace.log.embedded.group.StableOffsets;
import io.millrace.log.embedded.partition.ReadablePartition;
import io.millrace.platform.World;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/** The consumers' log is the engine that writes it. */
record EngineHost(LogEngine engine) implements ConsumerHost {
    @Override
    public World world() {
        return engine.world();
    }

    @Override
    public void checkOpen() {
        engine.checkOpen();
    }

    @Override
    public boolean isOpen() {
        return engine.isOpen();
    }

    @Override
    public void onClose(Runnable wake) {
        engine.onClose(wake);
    }

    @Override
    public void removeOnClose(Runnable wake) {
        engine.removeOnClose(wake);
    }

    @Override
    public ReadablePartition partition(TopicPartition topicPartition) {
        return engine.partition(topicPartition);
    }

    @Override
    public long longestSleepNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public SortedMap<TopicPartition, Long> committed(String groupId) {
        return engine.groups().committed(groupId);
    }

    @Override
    public StableOffsets stableOffsets(String groupId, Set<TopicPartition> partitions, Runnable changed) {
        return engine.groups().stableOffsets(groupId, partitions, changed);
    }

    @Override
    public GroupMembership join(ConsumerConfig config, String groupId, Fetcher fetcher, GroupMembership.Hooks hooks) {
        GroupCoordinator.checkGroupId(groupId);
        return new GroupMembership(engine, config, groupId, fetcher, hooks);
    }

    @Override
    public void commit(GroupMetadata by, Map<TopicPartition, Long> offsets) {
        engine.commit(by, offsets);
    }

    @Override
    public CompletionStage<Void> commitSoon(GroupMetadata by, Map<TopicPartition, Long> offsets) {
        return engine.commitSoon(by, offsets);
    }
}
