package io.millrace.log.embedded.partition;

import io.millrace.log.Isolation;

/** What a partition looked like at an instant. Immutable: safe to read from any thread. */
public final class PartitionView {
    private final long logStartOffset;
    private final long logEndOffset;
    private final long highWatermark;
    private final long lastStableOffset;

    PartitionView(long logStartOffset, long logEndOffset, long highWatermark, long lastStableOffset) {
        this.logStartOffset = logStartOffset;
        this.logEndOffset = logEndOffset;
        this.highWatermark = highWatermark;
        this.lastStableOffset = lastStableOffset;
    }

    /** The first offset that can be read. */
    public long logStartOffset() {
        return logStartOffset;
    }

    /** The offset that the next record gets. */
    public long logEndOffset() {
        return logEndOffset;
    }

    /** Everything below survives what the log's durability names (W6). */
    public long highWatermark() {
        return highWatermark;
    }

    /** Everything below is decided: committed, aborted, or written without a transaction. Never past the high watermark. */
    public long lastStableOffset() {
        return lastStableOffset;
    }

    /** One past the last offset that a reader of this isolation can reach. */
    public long endOffset(Isolation isolation) {
        return switch (isolation) {
            case READ_COMMITTED -> lastStableOffset;
            case READ_UNCOMMITTED -> logEndOffset;
        };
    }
}
