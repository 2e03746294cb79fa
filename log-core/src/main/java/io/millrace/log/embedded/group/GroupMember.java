package io.millrace.log.embedded.group;

import io.millrace.log.GroupMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.platform.Ticker;
import java.util.Set;

/**
 * A consumer's place in its group. Owned by the consumer's thread; the coordinator signals it from others.
 *
 * <p>A member that polls is alive however long its poll and its callbacks take; one that does not poll is removed after its poll interval.
 * A static one that is {@linkplain #stepAway away} is waited for until its session times out. Polling costs two plain writes and takes no lock unless something is due.
 */
public final class GroupMember {
    private final GroupCoordinator coordinator;
    private final String groupId;
    private final String memberId;
    private final MemberSettings settings;
    private final Runnable wake;
    /** Guarded by the coordinator's lock. */
    private TopicSelection subscription;
    /** True when the consumer is closed and its instance may come back. Guarded by the coordinator's lock. */
    private boolean away;
    /** True once another consumer came with its instance id. Guarded by the coordinator's lock. */
    private boolean replaced;

    private volatile boolean polling;
    private volatile long lastSeenNanos;
    private volatile boolean due = true;

    GroupMember(
            GroupCoordinator coordinator,
            String groupId,
            String memberId,
            TopicSelection subscription,
            MemberSettings settings) {
        this.coordinator = coordinator;
        this.groupId = groupId;
        this.memberId = memberId;
        this.subscription = subscription;
        this.settings = settings;
        this.wake = settings.wake();
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
    public void subscribe(TopicSelection topics) {
        coordinator.subscribe(this, topics);
    }

    /** The consumer is closed: a static member's partitions wait for its next incarnation, a dynamic member leaves. */
    public void stepAway() {
        coordinator.stepAway(this);
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

    TopicSelection subscription() {
        return subscription;
    }

    void setSubscription(TopicSelection topics) {
        subscription = topics;
    }

    boolean isStatic() {
        return settings.instanceId().isPresent();
    }

    boolean isAway() {
        return away;
    }

    boolean isReplaced() {
        return replaced;
    }

    void setReplaced() {
        replaced = true;
    }

    void setAway(long nowNanos) {
        away = true;
        exitPoll(nowNanos);
    }

    boolean isSilent(long nowNanos) {
        long patience = Ticker.nanosOf(away ? settings.sessionTimeout() : settings.maxPollInterval());
        return !polling && nowNanos - lastSeenNanos > patience;
    }
}
