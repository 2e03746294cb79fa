package io.millrace.transactions.coordinator;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the partitions of a transaction what was decided. Without state of its own. */
final class MarkerWriter {
    private static final Logger LOG = LoggerFactory.getLogger(MarkerWriter.class);

    private final TransactionParticipants participants;

    MarkerWriter(TransactionParticipants participants) {
        this.participants = participants;
    }

    /** The partitions in the order of their markers: those with offsets last (C6). */
    Deque<TopicPartition> order(List<TopicPartition> partitions) {
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
     * Writes the markers and removes each partition that has its own; when it throws, those that are left are still to be written. A
     * partition that failed keeps the others from nothing, except that offsets stay pending while anybody could still read a partition
     * without its marker: only one that is damaged, so that nobody can, does not hold them up (C6).
     *
     * @throws LogException the first failure
     */
    void write(Deque<TopicPartition> left, ProducerIdentity marker, boolean commit) {
        LogException failure = null;
        boolean mayReleaseOffsets = true;
        for (Iterator<TopicPartition> partitions = left.iterator(); partitions.hasNext(); ) {
            TopicPartition partition = partitions.next();
            if (!mayReleaseOffsets && participants.holdsOffsets(partition)) {
                continue;
            }
            try {
                append(partition, marker, commit);
                partitions.remove();
            } catch (LogException e) {
                mayReleaseOffsets &= e instanceof CorruptionException;
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void append(TopicPartition partition, ProducerIdentity marker, boolean commit) {
        try {
            participants.appendMarker(partition, marker, commit);
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
