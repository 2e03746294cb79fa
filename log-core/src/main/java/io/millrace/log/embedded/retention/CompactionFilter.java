package io.millrace.log.embedded.retention;

import io.millrace.log.LogRecord;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchRewriter;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.ControlBatchFormat;
import io.millrace.log.embedded.format.ControlBatchFormat.ControlType;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.partition.CleaningView;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what stays of each batch, from the log's start on, in order (T5 to T7). Owned by one compaction.
 *
 * <p>Batches at and behind the offset up to which the keys are known stay as they are.
 */
final class CompactionFilter implements AutoCloseable {
    private final CleaningView view;
    private final KeyOffsets keys;
    private final RecordIterator records;
    private final BatchRewriter rewriter;
    private final long nowMillis;
    private final long newHorizon;
    /** Producers of whose transaction data was seen, and the marker not yet. */
    private final Set<Long> withData = new HashSet<>();

    private long mappedTo;

    CompactionFilter(PartitionCleaning partition, CleaningView view, KeyOffsets keys, long nowMillis) {
        this.view = view;
        this.keys = keys;
        this.nowMillis = nowMillis;
        long retention = partition.settings().compaction().deleteRetention().toMillis();
        // However long somebody wants to keep them: a sum that overflowed would be past.
        newHorizon = nowMillis + Math.min(retention, Long.MAX_VALUE - nowMillis);
        records = new RecordIterator(partition.topicPartition(), partition.maxInflatedBytes());
        rewriter = new BatchRewriter(partition.topicPartition(), partition.maxInflatedBytes());
    }

    /** Keys are known up to that offset. */
    void beginGroup(long keysKnownTo) {
        mappedTo = keysKnownTo;
    }

    /**
     * What stays of the next batch.
     *
     * @param mayGrow false if there is no room for more than the batch's own bytes
     * @return the batch's own bytes if all of it stays, other bytes if a part does, null if nothing does
     */
    @Nullable ByteBuffer rest(BatchView batch, boolean mayGrow) {
        if (batch.lastOffset() >= mappedTo) {
            return own(batch);
        }
        return batch.isControl() ? restOfMarker(batch, mayGrow) : restOfData(batch, mayGrow);
    }

    private @Nullable ByteBuffer restOfMarker(BatchView batch, boolean mayGrow) {
        if (ControlBatchFormat.parse(batch).type() == ControlType.OTHER) {
            return own(batch);
        }
        if (withData.remove(batch.producerId())) {
            return own(batch);
        }
        if (!batch.hasDeleteHorizon()) {
            return mayGrow ? rewriter.filtered(batch, record -> true, newHorizon) : own(batch);
        }
        boolean stays = nowMillis < batch.baseTimestamp() || view.isLastOfProducer(batch);
        return stays ? own(batch) : null;
    }

    private @Nullable ByteBuffer restOfData(BatchView batch, boolean mayGrow) {
        int kept = 0;
        boolean tombstones = false;
        if (!view.isAborted(batch)) {
            boolean tombstonesGo = batch.hasDeleteHorizon() && nowMillis >= batch.baseTimestamp();
            batch.records(records);
            while (records.next()) {
                if (stays(records, tombstonesGo)) {
                    kept++;
                    tombstones |= records.value() == null;
                }
            }
            boolean setsHorizon = tombstones && !batch.hasDeleteHorizon() && mayGrow;
            if (kept > 0) {
                noteData(batch);
                if (kept == batch.recordCount() && !setsHorizon) {
                    return own(batch);
                }
                long horizon = setsHorizon ? newHorizon : BatchFormat.NO_TIMESTAMP;
                return rewriter.filtered(batch, record -> stays(record, tombstonesGo), horizon);
            }
        }
        if (batch.recordCount() > 0) {
            // Seen in this compaction: its marker may go after the next one at the earliest.
            noteData(batch);
        }
        if (!view.isLastOfProducer(batch)) {
            return null;
        }
        noteData(batch);
        return batch.recordCount() == 0 ? own(batch) : BatchRewriter.emptied(batch);
    }

    private void noteData(BatchView batch) {
        if (batch.isTransactional()) {
            withData.add(batch.producerId());
        }
    }

    private boolean stays(LogRecord record, boolean tombstonesGo) {
        BytesView key = record.key();
        if (key == null || (tombstonesGo && record.value() == null)) {
            return false;
        }
        return record.offset() >= keys.get(key);
    }

    private static ByteBuffer own(BatchView batch) {
        return ByteBuffer.wrap(batch.array(), batch.arrayOffset(), batch.sizeInBytes());
    }

    @Override
    public void close() {
        rewriter.close();
    }
}
