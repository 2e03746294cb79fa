package io.millrace.log.embedded;

import io.millrace.log.GroupDescription;
import io.millrace.log.GroupDescription.Progress;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.OffsetResetPlan.Move;
import io.millrace.log.OffsetTarget;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.group.GroupOperations;
import io.millrace.log.embedded.group.GroupSnapshot;
import io.millrace.log.embedded.partition.PartitionView;
import io.millrace.log.embedded.partition.ReadablePartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What of a group's administration has to look at partitions. Safe for use by several threads. */
final class GroupAdministration {
    private final Function<String, @Nullable TopicDescription> topics;
    private final Function<TopicPartition, ReadablePartition> partitions;

    /** @param topics gives null for a topic that does not exist */
    GroupAdministration(
            Function<String, @Nullable TopicDescription> topics,
            Function<TopicPartition, ReadablePartition> partitions) {
        this.topics = topics;
        this.partitions = partitions;
    }

    GroupDescription describe(GroupSnapshot group) {
        SortedSet<TopicPartition> concerned = new TreeSet<>(group.committed().keySet());
        concerned.addAll(group.owners().keySet());
        concerned.addAll(group.pending().keySet());
        List<Progress> progress = new ArrayList<>();
        for (TopicPartition partition : concerned) {
            TopicDescription topic = topics.apply(partition.topic());
            if (topic != null && partition.partition() < topic.partitions()) {
                progress.add(progress(group, partition));
            }
        }
        return new GroupDescription(
                group.groupId(), group.state(), group.epoch(), group.members(), progress, group.pending());
    }

    private Progress progress(GroupSnapshot group, TopicPartition partition) {
        OptionalLong committed = optional(group.committed().get(partition));
        Optional<String> owner = Optional.ofNullable(group.owners().get(partition));
        PartitionView view;
        try {
            view = partitions.apply(partition).view();
        } catch (LogException unreadable) {
            // One that is damaged or gone hides nothing of the others.
            Optional<String> fault = Optional.of(String.valueOf(unreadable.getMessage()));
            return new Progress(partition, committed, 0, 0, false, fault, owner);
        }
        long end = view.endOffset(Isolation.READ_COMMITTED);
        boolean isBeyondEnd = committed.orElse(0) > view.logEndOffset();
        long lag = Math.max(0, end - committed.orElse(view.logStartOffset()));
        return new Progress(partition, committed, end, lag, isBeyondEnd, Optional.empty(), owner);
    }

    /** @param pending the partitions of the group that wait for the end of a transaction, with its producer */
    OffsetResetPlan plan(
            String groupId,
            Map<TopicPartition, Long> committed,
            SortedMap<TopicPartition, Long> pending,
            Set<TopicPartition> asked,
            OffsetTarget target) {
        GroupOperations.checkDecided(groupId, pending, asked);
        List<Move> moves = new ArrayList<>();
        for (TopicPartition partition : new TreeSet<>(asked)) {
            OptionalLong from = optional(committed.get(partition));
            moves.add(new Move(partition, from, resolve(partitions.apply(partition), from, target)));
        }
        return new OffsetResetPlan(groupId, moves);
    }

    private static long resolve(ReadablePartition log, OptionalLong from, OffsetTarget target) {
        PartitionView view = log.view();
        return target.resolve(
                log.topicPartition(),
                from,
                view.logStartOffset(),
                view.endOffset(Isolation.READ_COMMITTED),
                time -> log.offsetForTimestamp(time, Isolation.READ_COMMITTED));
    }

    private static OptionalLong optional(@Nullable Long offset) {
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}
