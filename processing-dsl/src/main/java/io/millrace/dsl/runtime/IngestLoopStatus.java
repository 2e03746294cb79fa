package io.millrace.dsl.runtime;

/**
 * What an ingest loop publishes once per step. All numbers but position and size are since the start.
 *
 * @param opened it is known which instance runs the source
 * @param elsewhere another instance runs it; then the position is not known here
 */
record IngestLoopStatus(
        boolean opened, boolean elsewhere, long position, long size, boolean finished, Counters counters) {
    static final IngestLoopStatus INITIAL = new IngestLoopStatus(false, false, 0, -1, false, new Counters(0, 0, 0, 0));

    /**
     * @param records sent in committed transactions
     * @param skipped items that were passed over in committed transactions
     */
    record Counters(long records, long skipped, long committed, long aborted) {
        Counters committed(int sent, int passedOver) {
            return new Counters(records + sent, skipped + passedOver, committed + 1, aborted);
        }

        Counters rolledBack() {
            return new Counters(records, skipped, committed, aborted + 1);
        }
    }
}
