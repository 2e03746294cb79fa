package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.segment.Segment;
import java.util.List;

/**
 * A partition's log as it was opened.
 *
 * @param segments in order, at least one; the last is the active one
 * @param producers the fold of all batches
 * @param logEndOffset the offset that the next record gets
 */
public record RecoveredLog(List<Segment> segments, ProducerStateTable producers, long logEndOffset) {
    public RecoveredLog {
        segments = List.copyOf(segments);
    }
}
