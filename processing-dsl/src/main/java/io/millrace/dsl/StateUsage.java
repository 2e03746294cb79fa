package io.millrace.dsl;

import io.millrace.state.MemoryBudget;
import io.millrace.state.StateMemory;

/**
 * The memory that the state of an instance of an application uses, beside what it was given. Figures of one moment that were taken one after
 * another.
 *
 * @param budget what it was given ({@link AppSettings#withStateMemory})
 * @param stagedBytes changes of the open transactions, the overlay, as the loops last published them; in the heap
 * @param memory everything else: what is cached of decoded values, what is committed and not yet in the backend, and the backend's own, which is
 *     outside the heap: block cache, indexes and filters, write buffers
 */
public record StateUsage(MemoryBudget budget, long stagedBytes, StateMemory memory) {
    /** All of it, in the heap and outside. */
    public long totalBytes() {
        return stagedBytes + memory.totalBytes();
    }
}
