package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.GroupDescription;
import io.millrace.log.GroupDescription.Member;
import io.millrace.log.GroupDescription.Progress;
import io.millrace.log.GroupDescription.State;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.OffsetResetPlan.Move;
import io.millrace.log.OffsetTarget;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;

/** The groups of one cluster, of both protocols. Safe for use by several threads. */
final class Groups {
    private final ClusterCalls calls;
    private final PartitionOffsets offsets;

    Groups(ClusterCalls calls, PartitionOffsets offsets) {
        this.calls = calls;
        this.offsets = offsets;
    }

    /** Kafka keeps groups that everybody left for a while; those without offsets are none. */
    List<String> list() {
        SortedSet<String> names = new TreeSet<>();
        Map<String, ListConsumerGroupOffsetsSpec> empty = new HashMap<>();
        for (GroupListing group : calls.await(
                "The groups could not be listed",
                calls.admin().listGroups(ListGroupsOptions.forConsumerGroups()).all())) {
            if (group.groupState().filter(state -> state != GroupState.EMPTY).isPresent()) {
                names.add(group.groupId());
            } else {
                empty.put(group.groupId(), new ListConsumerGroupOffsetsSpec());
            }
        }
        if (!empty.isEmpty()) {
            var answers = calls.admin().listConsumerGroupOffsets(empty);
            for (String group : empty.keySet()) {
                if (!committed(group, answers.partitionsToOffsetAndMetadata(group))
                        .isEmpty()) {
                    names.add(group);
                }
            }
        }
        return List.copyOf(names);
    }

    SortedMap<TopicPartition, Long> committed(String groupId) {
        return committed(
                groupId, calls.admin().listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata());
    }

    private SortedMap<TopicPartition, Long> committed(
            String groupId, KafkaFuture<Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata>> answer) {
        SortedMap<TopicPartition, Long> committed = new TreeMap<>();
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> found =
                presentOrNull("The offsets of group " + groupId + " could not be read", answer);
        if (found != null) {
            found.forEach((partition, offset) -> {
                if (offset != null) {
                    committed.put(Names.ours(partition), offset.offset());
                }
            });
        }
        return committed;
    }

    /** Null if there is no such group. */
    private <T> @Nullable T presentOrNull(String what, KafkaFuture<T> answer) {
        try {
            return calls.await(what, answer);
        } catch (LogException e) {
            if (e.getCause() instanceof GroupIdNotFoundException || e.getCause() instanceof InvalidGroupIdException) {
                return null;
            }
            throw e;
        }
    }

    private @Nullable ConsumerGroupDescription find(String groupId) {
        return presentOrNull(
                "Group " + groupId + " could not be described",
                calls.admin().describeConsumerGroups(List.of(groupId)).all().thenApply(found -> found.get(groupId)));
    }

    Optional<GroupDescription> describe(String groupId) {
        ConsumerGroupDescription group = find(groupId);
        SortedMap<TopicPartition, Long> committed = committed(groupId);
        if (group == null || (group.members().isEmpty() && committed.isEmpty())) {
            return Optional.empty();
        }
        List<Member> members = new ArrayList<>();
        Map<TopicPartition, String> owners = new HashMap<>();
        for (MemberDescription member : group.members()) {
            Member known = member(member);
            members.add(known);
            known.assignment().forEach(partition -> owners.put(partition, known.memberId()));
        }
        members.sort(Comparator.comparing(Member::memberId));
        return Optional.of(new GroupDescription(
                groupId,
                state(group),
                group.groupEpoch().orElse(0),
                members,
                progress(committed, owners),
                new TreeMap<>()));
    }

    /** The cluster does not say what a member subscribes to; the topics of which it has something is what is known. */
    private static Member member(MemberDescription member) {
        SortedSet<TopicPartition> assignment = Names.ours(member.assignment().topicPartitions());
        SortedSet<String> topics = new TreeSet<>();
        assignment.forEach(partition -> topics.add(partition.topic()));
        return new Member(
                member.consumerId(),
                member.groupInstanceId(),
                false,
                topics,
                member.memberEpoch().orElse(0),
                assignment);
    }

    private static State state(ConsumerGroupDescription group) {
        return switch (group.groupState()) {
            case STABLE -> State.STABLE;
            case EMPTY, DEAD -> State.EMPTY;
            case PREPARING_REBALANCE, COMPLETING_REBALANCE, ASSIGNING, RECONCILING, NOT_READY, UNKNOWN ->
                State.RECONCILING;
        };
    }

    private List<Progress> progress(SortedMap<TopicPartition, Long> committed, Map<TopicPartition, String> owners) {
        SortedSet<TopicPartition> concerned = new TreeSet<>(committed.keySet());
        concerned.addAll(owners.keySet());
        List<Progress> progress = new ArrayList<>();
        for (TopicPartition partition : concerned) {
            OptionalLong offset = optional(committed.get(partition));
            Optional<String> owner = Optional.ofNullable(owners.get(partition));
            try {
                long end = offsets.end(partition, Isolation.READ_COMMITTED);
                long logEnd = offsets.end(partition, Isolation.READ_UNCOMMITTED);
                long from = offset.isPresent() ? offset.getAsLong() : offsets.start(partition);
                progress.add(new Progress(
                        partition, offset, end, Math.max(0, end - from), offset.orElse(0) > logEnd, owner));
            } catch (LogException unreadable) {
                // One that is gone or without a leader hides nothing of the others.
                Optional<String> fault = Optional.of(String.valueOf(unreadable.getMessage()));
                progress.add(new Progress(partition, offset, 0, 0, false, fault, owner));
            }
        }
        return progress;
    }

    OffsetResetPlan planReset(String groupId, Set<TopicPartition> partitions, OffsetTarget target) {
        calls.checkOpen();
        SortedMap<TopicPartition, Long> committed = committed(groupId);
        List<Move> moves = new ArrayList<>();
        for (TopicPartition partition : new TreeSet<>(partitions)) {
            OptionalLong from = optional(committed.get(partition));
            long to = target.resolve(
                    partition,
                    from,
                    offsets.start(partition),
                    offsets.end(partition, Isolation.READ_COMMITTED),
                    time -> offsets.atTime(partition, time, Isolation.READ_COMMITTED));
            moves.add(new Move(partition, from, to));
        }
        return new OffsetResetPlan(groupId, moves);
    }

    void reset(OffsetResetPlan plan) {
        calls.checkOpen();
        checkEmpty(plan.groupId());
        SortedMap<TopicPartition, Long> committed = committed(plan.groupId());
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> to = new HashMap<>();
        for (Move move : plan.moves()) {
            if (!optional(committed.get(move.topicPartition())).equals(move.from())) {
                throw new LogException(
                        Disposition.RETRY,
                        "Group " + plan.groupId() + " has committed " + move.topicPartition()
                                + " since the reset was planned: plan it again");
            }
            to.put(Names.theirs(move.topicPartition()), new OffsetAndMetadata(move.to()));
        }
        if (to.isEmpty()) {
            return;
        }
        String what = "The offsets of group " + plan.groupId() + " could not be reset";
        try {
            calls.await(
                    what,
                    calls.admin().alterConsumerGroupOffsets(plan.groupId(), to).all());
        } catch (LogException e) {
            // A member that came since.
            throw e.getCause() instanceof UnknownMemberIdException ? hasMembers(plan.groupId(), e) : e;
        }
    }

    boolean delete(String groupId) {
        if (describe(groupId).isEmpty()) {
            return false;
        }
        checkEmpty(groupId);
        try {
            calls.await(
                    "Group " + groupId + " could not be deleted",
                    calls.admin().deleteConsumerGroups(List.of(groupId)).all());
            return true;
        } catch (LogException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e.getCause() instanceof GroupNotEmptyException ? hasMembers(groupId, e) : e;
        }
    }

    /** True if the cluster counts this member among its group's. */
    boolean hasMember(String groupId, String memberId) {
        ConsumerGroupDescription group = find(groupId);
        return group != null
                && group.members().stream()
                        .anyMatch(member -> member.consumerId().equals(memberId));
    }

    /** True if some partition of these topics belongs to no member; empty while partitions are on their way. */
    Optional<Boolean> hasOrphans(String groupId, Set<String> names, Topics topics) {
        ConsumerGroupDescription group = find(groupId);
        if (group == null || state(group) != State.STABLE) {
            return Optional.empty();
        }
        Set<TopicPartition> owned = new HashSet<>();
        group.members()
                .forEach(member -> owned.addAll(Names.ours(member.assignment().topicPartitions())));
        for (String name : names) {
            int partitions = topics.read(name).map(TopicDescription::partitions).orElse(0);
            for (int number = 0; number < partitions; number++) {
                if (!owned.contains(new TopicPartition(name, number))) {
                    return Optional.of(true);
                }
            }
        }
        return Optional.of(false);
    }

    private void checkEmpty(String groupId) {
        ConsumerGroupDescription group = find(groupId);
        if (group != null && !group.members().isEmpty()) {
            throw hasMembers(groupId, null);
        }
    }

    private static LogException hasMembers(String groupId, @Nullable Throwable cause) {
        return new LogException(
                Disposition.RETRY,
                "Group " + groupId + " has members, and while it has any nobody else may change its offsets: stop them"
                        + " first. A static member that was closed counts until its session times out",
                cause);
    }

    private static OptionalLong optional(@Nullable Long offset) {
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}
