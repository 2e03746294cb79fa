package io.millrace.log.embedded.partition;

/** Where read-committed readers stop. Pure. */
final class LastStableOffset {
    private LastStableOffset() {}

    /**
     * The first offset that is undecided or not yet durable.
     *
     * @param firstUndecidedOffset where the oldest open transaction begins, the log end offset if none is open
     * @param highWatermark below which everything is durable, as the log's durability means it
     * @param logStartOffset below which nothing is left: an open transaction that began there does not hold the readers back to it
     */
    static long of(long firstUndecidedOffset, long highWatermark, long logStartOffset) {
        return Math.max(logStartOffset, Math.min(firstUndecidedOffset, highWatermark));
    }
}
