package io.millrace.state;

import java.lang.management.ManagementFactory;

/**
 * The memory that the state of one application instance may take, over all stores and partitions, and its parts. One number decides; the rule is
 *
 * <pre>
 * 6/16  the backend's: block cache, indexes and filters, and 1/16 of all for its write buffers
 * 6/16  decoded values kept for reading
 * 1/16  what open transactions change: with more, the runtime commits early
 * 1/16  what is committed and not yet in the backend: with more, a commit writes before it returns
 * 2/16  room for the growth of the arrays that hold those two, and what is kept of them to use again
 * </pre>
 *
 * The backend's part is outside the heap, the others are in it.
 *
 * @param bytes all of it, 16 MiB at least
 */
public record MemoryBudget(long bytes) {
    private static final int PARTS = 16;
    private static final int BACKEND_PARTS = 6;
    private static final int CACHE_PARTS = 6;
    private static final int HEAP_PARTS = PARTS - BACKEND_PARTS;
    private static final long MIB = 1 << 20;
    private static final long LEAST = 16 * MIB;
    private static final long MOST_BY_DEFAULT = 512 * MIB;
    private static final int MACHINE_SHARE = 4;

    public MemoryBudget {
        if (bytes < LEAST) {
            throw new IllegalArgumentException(
                    "State needs a memory budget of 16 MiB at least, got " + bytes + " bytes");
        }
    }

    /**
     * A quarter of the machine's memory (the container's, in one), at most 512 MiB; less in a small heap, of which state takes half at most.
     */
    public static MemoryBudget ofThisMachine() {
        long machine =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : Long.MAX_VALUE;
        return of(machine, Runtime.getRuntime().maxMemory());
    }

    /** The default on a machine with so much memory, for a process with such a heap. */
    static MemoryBudget of(long machineBytes, long heapBytes) {
        long ofHeap = heapBytes / 2 / HEAP_PARTS * PARTS;
        return new MemoryBudget(
                Math.max(LEAST, Math.min(Math.min(machineBytes / MACHINE_SHARE, MOST_BY_DEFAULT), ofHeap)));
    }

    /** The backend's part, with its write buffers. */
    public long backendBytes() {
        return bytes / PARTS * BACKEND_PARTS;
    }

    public long writeBufferBytes() {
        return bytes / PARTS;
    }

    public long cacheBytes() {
        return bytes / PARTS * CACHE_PARTS;
    }

    /** What open transactions may change before the runtime commits early. */
    public long stagedBytes() {
        return bytes / PARTS;
    }

    public long committedBytes() {
        return bytes / PARTS;
    }
}
