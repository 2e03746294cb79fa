package io.millrace.transactions.embedded;

import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.partition.CommitHold;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionParticipants.Markers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The markers of one decision in the partitions of an engine. Owned by the lock of the transaction's id. */
final class EngineMarkers implements Markers {
    private final LogEngine engine;
    private final ProducerIdentity marker;
    private final boolean commit;
    private final CommitHold hold = new CommitHold();
    /** Whose readers wait for the release. */
    private final List<PartitionLog> marked = new ArrayList<>(4);

    private @Nullable TopicPartition offsets;
    private boolean commitsOffsets;
    private boolean released;

    EngineMarkers(LogEngine engine, ProducerIdentity marker, boolean commit) {
        this.engine = engine;
        this.marker = marker;
        this.commit = commit;
    }

    @Override
    public void append(TopicPartition topicPartition) {
        if (EngineParticipants.isDeleted(engine, topicPartition)) {
            return;
        }
        PartitionLog log = engine.partition(topicPartition);
        // Nothing of the producer begins or ends meanwhile. What the group's members are told is what the partition
        // says.
        boolean commits = commit && log.wouldCommit(marker.producerId(), marker.epoch());
        log.appendDecidedMarker(
                marker.producerId(), marker.epoch(), commit, EngineParticipants.COORDINATOR_EPOCH, hold);
        if (commit) {
            marked.add(log);
        }
        if (topicPartition.equals(LogEngine.OFFSETS_PARTITION)) {
            offsets = topicPartition;
            commitsOffsets = commits;
        }
    }

    @Override
    public void release() {
        if (released) {
            return;
        }
        released = true;
        if (offsets == null) {
            hold.release();
        } else {
            engine.groups().completeTransaction(offsets, marker.producerId(), commitsOffsets, hold);
        }
        for (PartitionLog log : marked) {
            log.released();
        }
    }
}
