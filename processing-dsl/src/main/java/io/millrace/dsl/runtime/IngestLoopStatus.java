package io.millrace.dsl.runtime;

/** What an ingest loop publishes once per step. All numbers but position and size are since the start. */
record IngestLoopStatus(
        boolean opened, long position, long size, boolean finished, long records, long committed, long aborted) {
    static final IngestLoopStatus INITIAL = new IngestLoopStatus(false, 0, -1, false, 0, 0, 0);
}
