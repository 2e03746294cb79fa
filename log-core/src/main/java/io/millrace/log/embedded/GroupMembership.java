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

    private final LogEngine engine;
    private final ConsumerConfig config;
    private final String groupId;
    private final Fetcher fetcher;
    private final Hooks hooks;
    private RebalanceListener listener = RebalanceListener.NONE;
    private TopicSelection topics = existing -> Collections.emptySortedSet();
    private SortedSet<TopicPartition> owned = new TreeSet<>();
    private @Nullable GroupMember member;
    private int generation = -1;
    /** Given up, and not yet reported: a listener that throws must not keep them from others. */
    private Set<TopicPartition> released = Set.of();
    /** Removed from the group and not yet in it again: joining may fail for want of space, and is tried with every poll. */
    private boolean isToJoinAgain;
    /** True if the listener was told something since {@link #converge} began. */
    private boolean hasTold;

    GroupMembership(LogEngine engine, ConsumerConfig config, String groupId, Fetcher fetcher, Hooks hooks) {
        this.engine = engine;
        this.config = config;
        this.groupId = groupId;
        this.fetcher = fetcher;
        this.hooks = hooks;
    }

    void subscribe(TopicSelection toTopics, RebalanceListener newListener) {
        topics = toTopics;
        listener = newListener;
        if (member == null) {
            member = join();
            isToJoinAgain = false;
        } else {
            member.subscribe(toTopics);
        }
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
        if (member == null) {
            throw new IllegalStateException("The consumer has left its group");
        }
        return member.metadata(generation);
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
     * Does what the group asks for: gives up, reports, takes. Costs one volatile read when there is nothing.
     *
     * @return true if the listener was told something
     */
    boolean converge() {
        hasTold = false;
        joinAgain();
        while (member != null && (member.isDue() || !released.isEmpty())) {
            MemberAssignment assignment = member.heartbeat(released);
            released = Set.of();
            if (!assignment.isMember()) {
                lose();
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

    /** The coordinator removed this member: what it owned may be others' already. It joins again, as a new one. */
    private void lose() {
        SortedSet<TopicPartition> lost = new TreeSet<>(fetcher.assignment());
        fetcher.close();
        owned = new TreeSet<>();
        generation = -1;
        member = null;
        isToJoinAgain = config.instanceId().isEmpty();
        if (!lost.isEmpty()) {
            hasTold = true;
            listener.onLost(Collections.unmodifiableSortedSet(lost));
        }
        if (config.instanceId().isPresent()) {
            throw new LogException(
                    Disposition.RESTART_TASK,
                    "Group " + groupId + " removed the member "
                            + config.instanceId().get()
                            + ": it did not poll within its maximal poll interval, or another consumer has its instance id. Close"
                            + " this one; open it again if it is the one that is to have the id");
        }
        joinAgain();
    }

    private void joinAgain() {
        if (isToJoinAgain) {
            GroupMember joined = join();
            joined.enterPoll();
            member = joined;
            isToJoinAgain = false;
        }
    }

    void leave() {
        if (member != null) {
            member.leave();
            member = null;
        }
    }

    void stepAway() {
        if (member != null) {
            member.stepAway();
            member = null;
        }
    }
}
