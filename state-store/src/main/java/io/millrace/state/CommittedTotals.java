package io.millrace.state;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what all partitions hold that is committed and not in the backend, and what views alone still read. Safe for several threads. */
final class CommittedTotals {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong offsets = new AtomicLong();
    private final AtomicLong viewedBytes = new AtomicLong();

    /** Memory of changes that are committed and not yet in the backend. */
    long bytes() {
        return bytes.get();
    }

    /** Changelog offsets between the positions that stores stand for and those in the backend: what a restart would replay besides what is not flushed. */
    long offsets() {
        return offsets.get();
    }

    /** Memory of overlays that were written, or replaced by a copy, and that a view still reads. */
    long viewedBytes() {
        return viewedBytes.get();
    }

    void addBytes(long more) {
        bytes.addAndGet(more);
    }

    void addOffsets(long more) {
        offsets.addAndGet(more);
    }

    void addViewedBytes(long more) {
        viewedBytes.addAndGet(more);
    }
}
