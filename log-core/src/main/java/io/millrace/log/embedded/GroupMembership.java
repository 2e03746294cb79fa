package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogException;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.group.GroupMember;
import io.millrace.log.embedded.group.MemberAssignment;
import io.millrace.log.embedded.group.MemberSettings;
import io.millrace.log.embedded.group.TopicSelection;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's side of its group: converges to what the coordinator assigns, and tells the listener. Owned by the consumer's thread.
 *
 * <p>What the listener was told: it is assigned a partition once that is read, and loses it before the coordinator learns of the release.
 */
final class GroupMembership {
    /**
     * What the consumer does for its membership.
     *
     * @param wake ends a waiting poll; from any thread
     * @param beforeRevocation commits what is to be committed of partitions that are about to be given up
     */
    record Hooks(Runnable wake, Consumer<SortedSet<TopicPartition>> beforeRevocation) {}

    private static final String NOBODY = "";
    private static final int NO_GENERATION = -1;

    private final LogEngine engine;
    private final ConsumerConfig config;
    private final String groupId;
    private final Fetcher fetcher;
    private final Hooks hooks;
    private RebalanceListener listener = RebalanceListener.NONE;
    private TopicSelection topics = existing -> Collections.emptySortedSet();
    private SortedSet<TopicPartition> owned = new TreeSet<>();
    private @Nullable GroupMember member;
    private int generation = NO_GENERATION;
    /** Given up, and not yet reported: a listener that throws must not keep them from others. */
    private Set<TopicPartition> released = Set.of();
    /** What was subscribed to is not in force yet: entering the group may fail for want of space, and is tried with every poll. */
    private boolean isToEnter;
    /** Why the last try to enter failed; null if it did not. */
    private @Nullable LogException refusal;
    /** Why a static member is out for good, until it subscribes again; null if it is not. */
    private @Nullable LogException removal;
    /** With what to commit while there is no member: before it joins as nobody, after it was removed as who it was. Null once it left. */
    private @Nullable GroupMetadata absent;
    /** True if the listener was told something since {@link #converge} began. */
    private boolean hasTold;

    GroupMembership(LogEngine engine, ConsumerConfig config, String groupId, Fetcher fetcher, Hooks hooks) {
        this.engine = engine;
        this.config = config;
        this.groupId = groupId;
        this.fetcher = fetcher;
        this.hooks = hooks;
        absent = new GroupMetadata(groupId, NOBODY, NO_GENERATION);
    }

    /** In force with the next {@link #converge}. */
    void subscribe(TopicSelection toTopics, RebalanceListener newListener) {
        topics = toTopics;
        listener = newListener;
        isToEnter = true;
        removal = null;
    }

    private void enter() {
        if (!isToEnter) {
            return;
        }
        try {
            GroupMember present = member;
            if (present == null) {
                GroupMember joined = join();
                joined.enterPoll();
                member = joined;
            } else {
                present.subscribe(topics);
            }
            isToEnter = false;
            refusal = null;
        } catch (LogException e) {
            if (e.disposition() != Disposition.RETRY) {
                throw e;
            }
            refusal = e;
        }
    }

    /** Why what was subscribed to is not in force, although {@link #converge} tried; null if it is. */
    @Nullable LogException refusal() {
        return refusal;
    }

    private GroupMember join() {
        MemberSettings settings = new MemberSettings(
                config.instanceId(), config.sessionTimeout(), config.maxPollInterval(), hooks.wake());
        return engine.groups().join(groupId, topics, settings);
    }

    boolean isMember() {
        return member != null;
    }

    GroupMetadata metadata() {
        GroupMember present = member;
        if (present != null) {
            return present.metadata(generation);
        }
        if (absent == null) {
            throw new IllegalStateException("The consumer has left its group");
        }
        return absent;
    }

    void enterPoll() {
        if (member != null) {
            member.enterPoll();
        }
    }

    void exitPoll() {
        if (member != null) {
            member.exitPoll(engine.world().ticker().nanos());
        }
    }

    /**
     * Does what the group asks for: joins, gives up, reports, takes. Costs one volatile read when there is nothing.
     *
     * @return true if the listener was told something
     * @throws LogException with RESTART_TASK if a static member was removed
     */
    boolean converge() {
        if (removal != null) {
            throw removal;
        }
        hasTold = false;
        enter();
        while (member != null && (member.isDue() || !released.isEmpty())) {
            MemberAssignment assignment = member.heartbeat(released);
            released = Set.of();
            if (!assignment.isMember()) {
                lose(member, assignment.standing());
                continue;
            }
            generation = assignment.generation();
            revoke(assignment.surplus());
            if (released.isEmpty()) {
                take(assignment.owned());
            }
        }
        // Last: what the loop gave up or lost while it waited for a transaction is others' now, or its topic is gone.
        tell(fetcher.addStable());
        return hasTold;
    }

    /** Gives up partitions; commits for them are accepted until this returns. */
    private void revoke(SortedSet<TopicPartition> surplus) {
        if (surplus.isEmpty()) {
            return;
        }
        SortedSet<TopicPartition> told = new TreeSet<>(surplus);
        told.retainAll(fetcher.assignment());
        try {
            if (!told.isEmpty()) {
                hasTold = true;
                hooks.beforeRevocation().accept(told);
                listener.onRevoked(Collections.unmodifiableSortedSet(told));
            }
        } finally {
            surplus.forEach(fetcher::remove);
            owned.removeAll(surplus);
            released = surplus;
        }
    }

    private void take(SortedSet<TopicPartition> assigned) {
        SortedSet<TopicPartition> taken = new TreeSet<>(assigned);
        taken.removeAll(owned);
        if (!taken.isEmpty()) {
            owned.addAll(taken);
            tell(fetcher.addWhenStable(taken));
        }
    }

    private void tell(SortedSet<TopicPartition> assigned) {
        if (!assigned.isEmpty()) {
            hasTold = true;
            listener.onAssigned(Collections.unmodifiableSortedSet(assigned));
        }
    }

    /** The coordinator removed this member: what it owned may be others' already. A dynamic one joins again, as a new one. */
    private void lose(GroupMember lost, MemberAssignment.Standing standing) {
        SortedSet<TopicPartition> gone = new TreeSet<>(fetcher.assignment());
        absent = lost.metadata(generation);
        fetcher.close();
        owned = new TreeSet<>();
        generation = NO_GENERATION;
        member = null;
        if (config.instanceId().isEmpty()) {
            isToEnter = true;
        } else {
            removal = new LogException(
                    Disposition.RESTART_TASK, whyRemoved(config.instanceId().get(), standing));
        }
        if (!gone.isEmpty()) {
            hasTold = true;
            listener.onLost(Collections.unmodifiableSortedSet(gone));
        }
        if (removal != null) {
            throw removal;
        }
        enter();
    }

    private String whyRemoved(String instanceId, MemberAssignment.Standing standing) {
        return standing == MemberAssignment.Standing.REPLACED
                ? "In group " + groupId + ", another consumer came with the instance id " + instanceId
                        + " and has the place of this one. Close this one; if both are to work, give each an instance id"
                        + " of its own"
                : "Group " + groupId + " removed the member " + instanceId + ": it did not poll for longer than its"
                        + " maximal poll interval (" + config.maxPollInterval()
                        + "). Close this one and open another, which polls more often or has a longer maxPollInterval";
    }

    /**
     * Before the member departs: gives up what it has, and tells the listener. Commits are accepted until this returns, unless it was removed
     * meanwhile.
     */
    void giveUp() {
        GroupMember present = member;
        SortedSet<TopicPartition> all = Collections.unmodifiableSortedSet(new TreeSet<>(fetcher.assignment()));
        if (present == null || all.isEmpty()) {
            return;
        }
        if (present.isDue()) {
            MemberAssignment assignment = present.heartbeat(released);
            released = Set.of();
            if (!assignment.isMember()) {
                absent = present.metadata(generation);
                member = null;
                listener.onLost(all);
                return;
            }
            generation = assignment.generation();
        }
        hooks.beforeRevocation().accept(all);
        listener.onRevoked(all);
    }

    void leave() {
        depart(GroupMember::leave);
    }

    void stepAway() {
        depart(GroupMember::stepAway);
    }

    private void depart(Consumer<GroupMember> how) {
        GroupMember present = member;
        member = null;
        absent = null;
        isToEnter = false;
        // With the log, all of its groups' members ended.
        if (present != null && engine.isOpen()) {
            how.accept(present);
        }
    }
}
