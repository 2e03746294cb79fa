package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.group.StableOffsets;
import io.millrace.log.embedded.partition.ReadablePartition;
import io.millrace.platform.World;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The consumers' log belongs to another process. */
record ReadOnlyHost(ReadOnlyLog log) implements ConsumerHost {
    private static final long LOOK_INTERVAL_NANOS =
            Duration.ofMillis(ReadOnlyLog.LOOK_INTERVAL_MILLIS).toNanos();

    @Override
    public World world() {
        return log.world();
    }

    @Override
    public void checkOpen() {
        log.checkOpen();
    }

    @Override
    public boolean isOpen() {
        return log.isOpen();
    }

    /** Nothing to do: whoever waits looks at intervals. */
    @Override
    public void onClose(Runnable wake) {}

    @Override
    public void removeOnClose(Runnable wake) {}

    @Override
    public ReadablePartition partition(TopicPartition topicPartition) {
        return log.partition(topicPartition);
    }

    @Override
    public long longestSleepNanos() {
        return LOOK_INTERVAL_NANOS;
    }

    @Override
    public SortedMap<TopicPartition, Long> committed(String groupId) {
        return log.offsets().committed(groupId);
    }

    /** Who commits nothing need not wait for what others may yet commit: it begins at what is committed now. */
    @Override
    public StableOffsets stableOffsets(String groupId, Set<TopicPartition> partitions, Runnable changed) {
        SortedMap<TopicPartition, Long> committed = committed(groupId);
        committed.keySet().retainAll(partitions);
        return new StableOffsets(committed, Set.of());
    }

    @Override
    public GroupMembership join(ConsumerConfig config, String groupId, Fetcher fetcher, GroupMembership.Hooks hooks) {
        throw ReadOnlyLog.refused("No group can be joined, but partitions can be assigned");
    }

    @Override
    public void commit(GroupMetadata by, Map<TopicPartition, Long> offsets) {
        throw noCommit();
    }

    @Override
    public CompletionStage<Void> commitSoon(GroupMetadata by, Map<TopicPartition, Long> offsets) {
        return CompletableFuture.failedFuture(noCommit());
    }

    private static LogException noCommit() {
        return ReadOnlyLog.refused("No offset can be committed");
    }
}
