package io.millrace.transactions.coordinator;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.coordinator.TransactionParticipants.Markers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the partitions of one transaction what was decided of it. Owned by the lock of the transaction's id. */
final class MarkerWriter {
    private static final Logger LOG = LoggerFactory.getLogger(MarkerWriter.class);

    private final TransactionParticipants participants;
    private final ProducerIdentity marker;
    private final Markers markers;
    /** The partitions that lack their marker, in the order in which they get it. */
    private final Deque<TopicPartition> left;

    MarkerWriter(TransactionParticipants participants, TransactionMetadata decided) {
        this.participants = participants;
        marker = decided.producer();
        markers = participants.markers(marker, decided.state() == TransactionState.PREPARE_COMMIT);
        left = inOrder(decided.partitions());
    }

    /** Those with offsets last (C6). */
    private Deque<TopicPartition> inOrder(List<TopicPartition> partitions) {
        Deque<TopicPartition> ordered = new ArrayDeque<>(Math.max(1, partitions.size()));
        List<TopicPartition> last = new ArrayList<>(1);
        for (TopicPartition partition : partitions) {
            if (participants.holdsOffsets(partition)) {
                last.add(partition);
            } else {
                ordered.add(partition);
            }
        }
        ordered.addAll(last);
        return ordered;
    }

    /**
     * Writes the markers that are missing, and shows all that they commit at once. When it throws, those that are left are still to be written.
     * A partition that failed keeps the others from their markers no more than it must, but everything stays held back while anybody could
     * still read a partition without its marker: only one that is damaged, so that nobody can, does not hold the others up (C6, C11).
     *
     * @throws LogException the first failure
     */
    void write() {
        LogException failure = null;
        boolean mayBeSeen = true;
        for (Iterator<TopicPartition> partitions = left.iterator(); partitions.hasNext(); ) {
            TopicPartition partition = partitions.next();
            if (!mayBeSeen && participants.holdsOffsets(partition)) {
                continue;
            }
            try {
                append(partition);
                partitions.remove();
            } catch (LogException e) {
                mayBeSeen &= e instanceof CorruptionException;
                failure = failure == null ? e : failure;
            }
        }
        if (mayBeSeen) {
            markers.release();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void append(TopicPartition partition) {
        try {
            markers.append(partition);
        } catch (LogException e) {
            if (e.disposition() != Disposition.RESTART_TASK) {
                throw e;
            }
            // The partition has records of a later transaction of this producer, so it had this marker before.
            LOG.debug(
                    "{} has the marker of producer {}, epoch {}: {}",
                    partition,
                    marker.producerId(),
                    marker.epoch(),
                    e.getMessage());
        }
    }
}
