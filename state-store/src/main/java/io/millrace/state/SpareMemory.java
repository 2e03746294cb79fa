package io.millrace.state;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what all partitions keep of emptied overlays to use again, which saves allocating it at every commit. Safe for several threads. */
final class SpareMemory {
    private final long limitBytes;
    private final AtomicLong bytes = new AtomicLong();

    SpareMemory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long bytes() {
        return bytes.get();
    }

    /** Counts so much more, or returns false: what cannot be kept is left to the collector. */
    boolean canKeep(long more) {
        if (bytes.addAndGet(more) <= limitBytes) {
            return true;
        }
        bytes.addAndGet(-more);
        return false;
    }

    /** What was kept is in use, or forgotten. */
    void taken(long kept) {
        bytes.addAndGet(-kept);
    }
}
