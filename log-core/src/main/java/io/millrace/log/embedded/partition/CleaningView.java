package io.millrace.log.embedded.partition;

import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.partition.PartitionCleaning.ClosedSegment;
import io.millrace.log.embedded.producer.ProducerStateTable.LastBatch;
import java.util.List;
import java.util.Map;

/**
 * What one compaction goes by: the segments of an instant, whose files stay open until it is closed, the transactions that were aborted, and
 * the batches that have to stay. Used by one thread.
 */
public final class CleaningView implements AutoCloseable {
    private final PartitionView view;
    private final List<ClosedSegment> segments;
    private final Map<Long, LastBatch> lastBatches;

    CleaningView(PartitionView view, List<ClosedSegment> segments, Map<Long, LastBatch> lastBatches) {
        this.view = view;
        this.segments = segments;
        this.lastBatches = Map.copyOf(lastBatches);
    }

    /** The segments that are complete, durable, decided, and not needed by a recovery; oldest first. */
    public List<ClosedSegment> segments() {
        return segments;
    }

    /** True if the batch belongs to an aborted transaction; for batches of data in these segments. */
    public boolean isAborted(BatchView batch) {
        return batch.isTransactional() && view.isAborted(batch.producerId(), batch.baseOffset());
    }

    /**
     * True if the batch is what is left in the log of a producer that is known: its last data, or the marker that tells its epoch when there
     * is no data of that.
     */
    public boolean isLastOfProducer(BatchView batch) {
        LastBatch last = lastBatches.get(batch.producerId());
        if (last == null) {
            return false;
        }
        return last.lastOffset() >= 0
                ? !batch.isControl() && batch.lastOffset() == last.lastOffset()
                : batch.isControl() && batch.producerEpoch() == last.epoch();
    }

    @Override
    public void close() {
        view.release();
    }
}
