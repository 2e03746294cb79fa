package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.segment.Segment;
import java.util.List;

/**
 * A partition's log as it was opened.
 *
 * @param segments in order, at least one; the last is the active one
 * @param producers the fold of all batches
 * @param snapshots of those producers, from now on the caller's
 * @param checkpoints the offsets that are written down beside the segments
 */
public record RecoveredLog(
        List<Segment> segments, ProducerStateTable producers, ProducerSnapshots snapshots, Checkpoints checkpoints) {
    public RecoveredLog {
        segments = List.copyOf(segments);
    }

    /** The offset that the next record gets. */
    public long logEndOffset() {
        return segments.get(segments.size() - 1).nextOffset();
    }
}
