package io.millrace.state;

/**
 * What the state of an instance uses now. Heap and native memory; figures of one moment that were taken one after another.
 *
 * @param cacheBytes decoded values kept for reading; an estimate
 * @param committedBytes changes that are committed and not yet in the backend
 * @param spareBytes memory of emptied overlays, kept to use again
 * @param viewedBytes memory of changes that are written, or committed anew, and that open views still read: as long as they are open
 * @param backend outside the heap
 */
public record StateMemory(
        long cacheBytes, long committedBytes, long spareBytes, long viewedBytes, BackendMemory backend) {
    /**
     * What a backend uses; all zero if it does not count.
     *
     * @param totalBytes all of it: what it caches, with what is pinned there, and what is written and in no file yet
     * @param pinnedBytes of that, what cannot be dropped: in use by readers, or indexes and filters of new files
     * @param writeBufferBytes of that, what is written and in no file yet
     * @param limitBytes what it was given
     */
    public record BackendMemory(long totalBytes, long pinnedBytes, long writeBufferBytes, long limitBytes) {
        public static final BackendMemory UNKNOWN = new BackendMemory(0, 0, 0, 0);
    }

    public long totalBytes() {
        return cacheBytes + committedBytes + spareBytes + viewedBytes + backend.totalBytes();
    }
}
