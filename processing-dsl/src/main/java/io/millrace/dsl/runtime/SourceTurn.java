package io.millrace.dsl.runtime;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.GroupDescription;
import io.millrace.log.LogConsumer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which instance of an application runs a source (R10): the one whose member of the source's own group has its one partition, that of the positions. Nothing is
 * read and nothing committed by it: it is an election, and what its winner writes is protected by the source's transactional id. Owned by the ingest
 * loop, but for {@link #isElsewhere} and {@link #wake}.
 */
final class SourceTurn implements RebalanceListener {
    private final ApplicationCore core;
    private final TopicPartition place;
    private final String group;
    private final String member;
    private final Runnable revoked;
    private final Runnable lost;
    private volatile @Nullable LogConsumer consumer;
    private boolean isOurs;

    /**
     * @param revoked called before the turn ends, when what is under way can still be committed
     * @param lost called when it has ended
     */
    SourceTurn(ApplicationCore core, String source, Runnable revoked, Runnable lost) {
        this.core = core;
        this.place = new TopicPartition(core.topology().positionsTopic(), 0);
        this.group = group(core.name(), source);
        this.member = core.identity() + "-ingest-" + source;
        this.revoked = revoked;
        this.lost = lost;
    }

    /** No application's name has an @, so that this is no other one's group. */
    static String group(String application, String source) {
        return application + "@ingest-" + source;
    }

    /** Asks for the turn, with a new membership. */
    void join() {
        LogConsumer next = newConsumer();
        consumer = next;
        isOurs = false;
        next.subscribe(Set.of(place.topic()), this);
    }

    private LogConsumer newConsumer() {
        return core.log()
                .consumer(ConsumerConfig.group(group)
                        .withInstanceId(member)
                        .withMaxPollInterval(core.settings().patience().maxPollInterval()));
    }

    /** Takes the member's place, and leaves it: another instance takes over from one that does not return. From any thread. */
    void fence() {
        LogConsumer successor = newConsumer();
        try {
            successor.subscribe(Set.of(place.topic()), RebalanceListener.NONE);
            successor.poll(Duration.ZERO);
        } finally {
            successor.leave();
        }
    }

    /**
     * Looks whose turn it is, waiting for a change for so long at the most.
     *
     * @return whether it is ours
     */
    boolean look(Duration patience) {
        LogConsumer present = consumer;
        if (present == null) {
            throw new IllegalStateException("Nobody asked for a turn in '" + group + "'");
        }
        present.poll(patience);
        return isOurs;
    }

    /** True if another instance has it, at this moment. From any thread. */
    boolean isElsewhere() {
        return core.log().admin().describeGroup(group).map(this::isElsewhere).orElse(false);
    }

    private boolean isElsewhere(GroupDescription description) {
        return description.members().stream()
                .anyMatch(known -> known.assignment().contains(place)
                        && !known.instanceId().equals(Optional.of(member)));
    }

    /** Ends a look that waits. From any thread. */
    void wake() {
        LogConsumer present = consumer;
        if (present != null) {
            present.wakeup();
        }
    }

    @Override
    public void onAssigned(Set<TopicPartition> partitions) {
        LogConsumer present = consumer;
        if (present != null && partitions.contains(place)) {
            present.pause(partitions); // to have it is all
            isOurs = true;
        }
    }

    @Override
    public void onRevoked(Set<TopicPartition> partitions) {
        if (isOurs && partitions.contains(place)) {
            isOurs = false;
            revoked.run();
        }
    }

    @Override
    public void onLost(Set<TopicPartition> partitions) {
        if (isOurs && partitions.contains(place)) {
            isOurs = false;
            lost.run();
        }
    }

    /** Departs, to come back at once. */
    void close() {
        LogConsumer present = consumer;
        consumer = null;
        if (present != null) {
            present.close();
        }
    }

    /** Departs for good: another instance takes over. */
    void leave() {
        LogConsumer present = consumer;
        consumer = null;
        if (present != null) {
            present.leave();
        }
    }
}
