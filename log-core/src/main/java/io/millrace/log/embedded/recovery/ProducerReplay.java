package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.Segment;
import java.util.List;

/** The producers at an offset: the newest snapshot below it, and the batches from there on. Owned by one recovery. */
record ProducerReplay(ProducerSnapshots snapshots, RecoveryJudge judge) {
    /** @param segments from the log's start on, without a hole; none if nothing stands below {@code endOffset} */
    ProducerStateTable upTo(long endOffset, List<Segment> segments) {
        if (segments.isEmpty()) {
            return snapshots.newestUpTo(endOffset, endOffset).producers();
        }
        ProducerSnapshots.Snapshot snapshot =
                snapshots.newestUpTo(endOffset, segments.get(0).baseOffset());
        for (int i = 0; i < segments.size(); i++) {
            long segmentEnd = i + 1 < segments.size() ? segments.get(i + 1).baseOffset() : endOffset;
            boolean within = segmentEnd > snapshot.offset() && segments.get(i).baseOffset() < endOffset;
            if (within && segments.get(i).sizeBytes() > 0) {
                apply(segments.get(i), snapshot);
            }
        }
        return snapshot.producers();
    }

    private void apply(Segment segment, ProducerSnapshots.Snapshot snapshot) {
        long end = segment.sizeBytes();
        BatchScanner scanner = new BatchScanner(segment, segment.locate(snapshot.offset(), end), end);
        while (scanner.next()) {
            if (scanner.batch().baseOffset() >= snapshot.offset()) {
                snapshot.producers().apply(scanner.batch());
            }
        }
        String fault = scanner.fault();
        if (fault != null) {
            throw judge.refuse(new Damage(segment.path(), scanner.position(), -1, fault, ""));
        }
    }
}
