package io.millrace.log.embedded.partition;

import io.millrace.log.Isolation;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.Segment;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * Looks in one view for the first record of a timestamp or later. Used once, by one thread.
 *
 * <p>The end is the one that the reader's isolation has in this same view: an offset behind it would let a read-committed reader begin
 * inside an open transaction (KAFKA-5522). Markers and aborted records are passed over, as the reader does.
 */
final class TimestampLookup {
    private final PartitionView view;
    private final Isolation isolation;
    private final long timestamp;
    private final RecordIterator records;

    TimestampLookup(RecordIterator records, PartitionView view, Isolation isolation, long timestamp) {
        this.view = view;
        this.isolation = isolation;
        this.timestamp = timestamp;
        this.records = records;
    }

    /** @param from where to begin in a segment: all its batches before that offset are older */
    OptionalLong find(ToLongFunction<Segment> from) {
        long end = view.readableEndOffset(isolation);
        for (int i = view.retired(); i < view.segmentCount(); i++) {
            Segment segment = view.segment(i);
            if (segment.baseOffset() >= end) {
                return none();
            }
            long endPosition = view.endPosition(i);
            BatchScanner batches =
                    new BatchScanner(segment, segment.locate(from.applyAsLong(segment), endPosition), endPosition);
            while (batches.next() && batches.batch().baseOffset() < end) {
                long found = firstIn(batches.batch());
                if (found >= 0) {
                    return found < end ? OptionalLong.of(found) : none();
                }
            }
            String fault = batches.fault();
            if (fault != null) {
                throw segment.damagedAt(batches.position(), fault);
            }
        }
        return none();
    }

    private OptionalLong none() {
        view.checkEnd();
        return OptionalLong.empty();
    }

    private long firstIn(BatchView batch) {
        if (batch.maxTimestamp() < timestamp || batch.isControl() || isAborted(batch)) {
            return -1;
        }
        batch.records(records);
        while (records.next()) {
            if (records.timestamp() >= timestamp && records.offset() >= view.logStartOffset()) {
                return records.offset();
            }
        }
        return -1;
    }

    private boolean isAborted(BatchView batch) {
        return isolation == Isolation.READ_COMMITTED
                && batch.isTransactional()
                && view.isAborted(batch.producerId(), batch.baseOffset());
    }
}
