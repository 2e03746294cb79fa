package io.millrace.log.embedded.group;

import io.millrace.log.GroupMetadata;
import io.millrace.log.TopicPartition;
import java.util.Set;
import java.util.SortedSet;

/**
 * A consumer's place in its group. Owned by the consumer's thread; the coordinator signals it from others.
 *
 * <p>A member that polls is alive however long its poll and its callbacks take; one that does not poll is removed after its session
 * timeout. Polling costs two plain writes and takes no lock unless something is due.
 */
public final class GroupMember {
    private final GroupCoordinator coordinator;
    private final String groupId;
    private final String memberId;
    private final long sessionTimeoutNanos;
    private final Runnable wake;
    private volatile boolean polling;
    private volatile long lastSeenNanos;
    private volatile boolean due = true;

    GroupMember(
            GroupCoordinator coordinator, String groupId, String memberId, long sessionTimeoutNanos, Runnable wake) {
        this.coordinator = coordinator;
        this.groupId = groupId;
        this.memberId = memberId;
        this.sessionTimeoutNanos = sessionTimeoutNanos;
        this.wake = wake;
    }

    public String memberId() {
        return memberId;
    }

    /** The consumer's poll begins. */
    public void enterPoll() {
        polling = true;
    }

    /** The consumer's poll ends; the session timeout counts from here. */
    public void exitPoll(long nowNanos) {
        lastSeenNanos = nowNanos;
        polling = false;
    }

    /** True if a {@link #heartbeat} would change something. */
    public boolean isDue() {
        return due;
    }

    /** Reports partitions as released, and learns what to own and what to give up. */
    public MemberAssignment heartbeat(Set<TopicPartition> released) {
        return coordinator.heartbeat(this, released);
    }

    /** Replaces the subscription. */
    public void subscribe(SortedSet<String> topics) {
        coordinator.subscribe(this, topics);
    }

    /** Leaves; what was owned goes to others at once. */
    public void leave() {
        coordinator.leave(this);
    }

    public GroupMetadata metadata(int generation) {
        return new GroupMetadata(groupId, memberId, generation);
    }

    String groupId() {
        return groupId;
    }

    /** Coordinator only, under its lock. */
    void clearDue() {
        due = false;
    }

    /** Something is due: the consumer is woken. */
    void signal() {
        due = true;
        wake.run();
    }

    boolean isSilent(long nowNanos) {
        return !polling && nowNanos - lastSeenNanos > sessionTimeoutNanos;
    }
}
