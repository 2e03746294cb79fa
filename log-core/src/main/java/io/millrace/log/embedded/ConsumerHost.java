package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.GroupMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.group.StableOffsets;
import io.millrace.log.embedded.partition.ReadablePartition;
import io.millrace.platform.World;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/** What a consumer needs of its log: one that is written here, or one that is only read. Safe for use by several threads. */
interface ConsumerHost {
    World world();

    /** @throws IllegalStateException if the log is closed */
    void checkOpen();

    boolean isOpen();

    /** Has this run once the log is closed, if nothing else ends a poll that waits then. */
    void onClose(Runnable wake);

    void removeOnClose(Runnable wake);

    /** @throws io.millrace.log.LogException with STOP if there is no such partition */
    ReadablePartition partition(TopicPartition topicPartition);

    /** How long a waiting poll may sleep without a signal: as long as it likes where every append gives one. */
    long longestSleepNanos();

    /** Offsets that a group has committed, without pending ones. */
    SortedMap<TopicPartition, Long> committed(String groupId);

    /** The same as a new owner may use them; {@code changed} is run when it is time to ask for the pending ones again. */
    StableOffsets stableOffsets(String groupId, Set<TopicPartition> partitions, Runnable changed);

    /** The consumer's side of its group, which it enters later. @throws io.millrace.log.LogException if the log is only read */
    GroupMembership join(ConsumerConfig config, String groupId, Fetcher fetcher, GroupMembership.Hooks hooks);

    /** @throws io.millrace.log.LogException if the offsets were not committed */
    void commit(GroupMetadata by, Map<TopicPartition, Long> offsets);

    /** Commits in the order of the calls. @return completes when it is durable, with the error if there is one */
    CompletionStage<Void> commitSoon(GroupMetadata by, Map<TopicPartition, Long> offsets);
}
