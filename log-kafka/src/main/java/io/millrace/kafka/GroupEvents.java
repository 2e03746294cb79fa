package io.millrace.kafka;

import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what the client tells of a member's partitions. Owned by the consumer's thread, on which the client calls it.
 *
 * <p>What a listener throws would make the client forget the call that it is in; it is kept, and thrown when that call has returned.
 */
final class GroupEvents implements ConsumerRebalanceListener {
    private final Consumer<BytesView, BytesView> client;
    private final Cursors cursors;
    private final StartPositions positions;
    private final ConsumerCommits commits;
    private RebalanceListener listener = RebalanceListener.NONE;
    private boolean moved;
    private boolean isMuted;
    private @Nullable RuntimeException failure;

    GroupEvents(
            Consumer<BytesView, BytesView> client, Cursors cursors, StartPositions positions, ConsumerCommits commits) {
        this.client = client;
        this.cursors = cursors;
        this.positions = positions;
        this.commits = commits;
    }

    void tell(RebalanceListener value) {
        listener = value;
    }

    /** The consumer is on its way out, and has told its listener itself. */
    void mute() {
        isMuted = true;
    }

    @Override
    public void onPartitionsAssigned(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        SortedSet<TopicPartition> added = Names.ours(partitions);
        if (!isMuted && !added.isEmpty()) {
            guarded(() -> {
                cursors.add(added);
                positions.place();
                listener.onAssigned(added);
            });
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        SortedSet<TopicPartition> gone = present(partitions);
        if (!isMuted && !gone.isEmpty()) {
            guarded(() -> revoke(gone));
            cursors.remove(gone);
        }
    }

    /** Commits for these partitions are still accepted until it returns. */
    void revoke(SortedSet<TopicPartition> gone) {
        try {
            commits.beforeRevocation(gone, true);
        } finally {
            listener.onRevoked(gone);
        }
    }

    @Override
    public void onPartitionsLost(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        SortedSet<TopicPartition> gone = present(partitions);
        if (!isMuted && !gone.isEmpty()) {
            guarded(() -> lose(gone));
        }
    }

    void lose(SortedSet<TopicPartition> gone) {
        cursors.remove(gone);
        listener.onLost(gone);
    }

    private SortedSet<TopicPartition> present(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        SortedSet<TopicPartition> present = new TreeSet<>(Names.ours(partitions));
        present.removeIf(partition -> !cursors.has(partition));
        return present;
    }

    /** The client would go on waiting for records; who is told of partitions is to return from its poll. */
    private void guarded(Runnable step) {
        moved = true;
        try {
            step.run();
        } catch (RuntimeException e) {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        } finally {
            client.wakeup();
        }
    }

    /** @return whether the listener was told something since the last time @throws RuntimeException what it threw */
    boolean takeMoved() {
        RuntimeException thrown = failure;
        failure = null;
        if (thrown != null) {
            throw thrown;
        }
        boolean told = moved;
        moved = false;
        return told;
    }
}
