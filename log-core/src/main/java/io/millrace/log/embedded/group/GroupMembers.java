package io.millrace.log.embedded.group;

import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.group.GroupCommand.Heartbeat;
import io.millrace.log.embedded.group.GroupCommand.Join;
import io.millrace.log.embedded.group.GroupCommand.Remove;
import io.millrace.log.embedded.group.GroupCommand.TopicsChanged;
import io.millrace.log.embedded.group.MemberAssignment.Standing;
import io.millrace.platform.World;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is in which group, and what the members own: the rule's decisions, written down and applied. Owned by the group coordinator's lock. */
final class GroupMembers {
    private static final Logger LOG = LoggerFactory.getLogger(GroupMembers.class);
    private static final int NO_GENERATION = -1;
    private static final SortedSet<TopicPartition> NONE = new TreeSet<>();

    private final World world;
    private final GroupRule rule;
    private final OffsetsLog log;
    private final Supplier<Map<String, Integer>> partitionCounts;
    private final SortedMap<String, GroupState> groups = new TreeMap<>();
    private final SortedMap<String, GroupMember> members = new TreeMap<>();

    GroupMembers(World world, GroupRule rule, OffsetsLog log, Supplier<Map<String, Integer>> partitionCounts) {
        this.world = world;
        this.rule = rule;
        this.log = log;
        this.partitionCounts = partitionCounts;
    }

    /** The group as it stood when the log was closed: nobody is in it. */
    void replayed(String groupId, int epoch) {
        groups.put(groupId, GroupState.empty(groupId, epoch));
    }

    /** Adds a member. */
    GroupMember join(
            GroupCoordinator coordinator, String groupId, TopicSelection subscription, MemberSettings settings) {
        String memberId = "member-" + HexFormat.of().toHexDigits(world.random().nextLong());
        GroupMember member = new GroupMember(coordinator, groupId, memberId, subscription, settings);
        member.exitPoll(world.ticker().nanos());
        GroupMember replaced = settings.instanceId()
                .flatMap(group(groupId)::memberWithInstance)
                .map(known -> members.get(known.memberId()))
                .orElse(null);
        decide(groupId, new Join(memberId, settings.instanceId(), topicsOf(subscription)));
        if (replaced != null) {
            replaced.setReplaced();
        }
        members.put(memberId, member);
        return member;
    }

    void subscribe(GroupMember member, TopicSelection subscription) {
        selectTopics(member, subscription);
        member.setSubscription(subscription);
    }

    private void selectTopics(GroupMember member, TopicSelection subscription) {
        MemberState known = group(member.groupId()).member(member.memberId());
        if (known != null) {
            decide(member.groupId(), new Join(member.memberId(), known.instanceId(), topicsOf(subscription)));
        }
    }

    private SortedSet<String> topicsOf(TopicSelection subscription) {
        return subscription.topics(partitionCounts.get().keySet());
    }

    MemberAssignment heartbeat(GroupMember member, Set<TopicPartition> released) {
        member.clearDue();
        decide(member.groupId(), new Heartbeat(member.memberId(), released));
        GroupState state = group(member.groupId());
        MemberState known = state.member(member.memberId());
        return known == null
                ? new MemberAssignment(
                        member.isReplaced() ? Standing.REPLACED : Standing.SILENT, NO_GENERATION, NONE, NONE)
                : new MemberAssignment(Standing.MEMBER, known.generation(), known.owned(), state.surplusOf(known));
    }

    void leave(GroupMember member) {
        members.remove(member.memberId());
        removeMembers(member.groupId(), Set.of(member.memberId()));
    }

    void stepAway(GroupMember member) {
        if (!member.isStatic()) {
            leave(member);
        } else if (members.get(member.memberId()) == member) {
            member.setAway(world.ticker().nanos());
            apply(group(member.groupId()));
        }
    }

    /** Removes the members that did not poll for too long, or were away for too long. @return how many */
    int removeSilentMembers(long nowNanos) {
        SortedMap<String, Set<String>> silent = new TreeMap<>();
        for (GroupMember member : members.values()) {
            if (member.isSilent(nowNanos)) {
                LOG.warn(
                        "Group {} loses member {}: it {}",
                        member.groupId(),
                        member.memberId(),
                        member.isAway()
                                ? "did not come back within its session timeout"
                                : "did not poll within its maximal poll interval");
                silent.computeIfAbsent(member.groupId(), id -> new TreeSet<>()).add(member.memberId());
            }
        }
        silent.forEach(this::removeMembers);
        return silent.size();
    }

    void topicsChanged() {
        for (GroupMember member : List.copyOf(members.values())) {
            selectTopics(member, member.subscription());
        }
        for (String groupId : new TreeSet<>(groups.keySet())) {
            if (!group(groupId).members().isEmpty()) {
                decide(groupId, new TopicsChanged());
            }
        }
    }

    private void removeMembers(String groupId, Set<String> memberIds) {
        try {
            decide(groupId, new Remove(memberIds));
        } catch (LogException e) {
            // Who is gone is gone, also when that cannot be written down. No commit can be written then either, so none
            // can carry the
            // epoch that was not.
            LOG.warn(
                    "Group {} goes on without {}; that this could not be written loses nothing: {}",
                    groupId,
                    memberIds,
                    e.getMessage());
            apply(rule.decide(group(groupId), new Remove(memberIds), partitionCounts.get()));
        }
    }

    /** The rule decides; a new epoch is written down; then the state is the new one, and members with something due are told. */
    private void decide(String groupId, GroupCommand command) {
        GroupState state = group(groupId);
        GroupState next = rule.decide(state, command, partitionCounts.get());
        if (next.equals(state)) {
            return;
        }
        if (next.epoch() != state.epoch()) {
            log.appendGroupEpoch(groupId, next.epoch());
        }
        apply(next);
    }

    /** Who is away gives up at once what it is to give up: nobody works on it. */
    private GroupState releaseForAbsent(GroupState state) {
        GroupState next = state;
        for (MemberState member : state.members().values()) {
            GroupMember known = members.get(member.memberId());
            if (known != null && known.isAway()) {
                next = rule.decide(
                        next, new Heartbeat(member.memberId(), next.surplusOf(member)), partitionCounts.get());
            }
        }
        return next;
    }

    private void apply(GroupState decided) {
        GroupState next = releaseForAbsent(decided);
        Set<String> before = group(next.groupId()).members().keySet();
        groups.put(next.groupId(), next);
        for (String memberId : before) {
            GroupMember member = members.get(memberId);
            MemberState state = next.member(memberId);
            if (member != null && (state == null || next.isDue(state))) {
                member.signal();
            }
            if (state == null) {
                members.remove(memberId);
            }
        }
    }

    GroupState group(String groupId) {
        GroupState state = groups.get(groupId);
        return state == null ? GroupState.empty(groupId, 0) : state;
    }

    /** The member behind an id; null once it is out. */
    @Nullable GroupMember member(String memberId) {
        return members.get(memberId);
    }

    /** The groups that have members. */
    SortedSet<String> populated() {
        SortedSet<String> result = new TreeSet<>();
        groups.values().forEach(group -> {
            if (!group.members().isEmpty()) {
                result.add(group.groupId());
            }
        });
        return result;
    }
}
