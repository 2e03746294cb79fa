package io.millrace.examples.bank.command;

import io.millrace.dsl.AppStatus;
import io.millrace.dsl.AppStatus.IngestStatus;

/**
 * How far a pipeline is. Also a line of text, by which a child process tells its parent.
 *
 * @param position of the input, of {@code size}; both in the input's own unit
 * @param consumed records since the start of the process
 * @param transactions committed since then
 * @param lag records that are written and not processed
 */
record Progress(long position, long size, long consumed, long transactions, long lag, boolean isRestoring) {
    static final Progress NONE = new Progress(0, 1, 0, 0, 0, false);

    static Progress of(AppStatus status) {
        IngestStatus ingest = status.ingests().isEmpty()
                ? new IngestStatus("none", 0, 0, true)
                : status.ingests().get(0);
        // A source that is not open yet does not know its size.
        boolean isRestoring = status.state() == AppStatus.State.STARTING
                || status.state() == AppStatus.State.RESTORING
                || ingest.size() < 0;
        return new Progress(
                Math.max(0, ingest.position()),
                Math.max(1, ingest.size()),
                status.recordsConsumed(),
                status.transactionsCommitted(),
                status.lag(),
                isRestoring);
    }

    /**
     * How much of everything is done, from 0 to 1, when it is about {@code expectedRecords} in all. What is loaded shows in the lag a moment
     * later, so it is taken from the progress before.
     */
    double fraction(Progress before, long expectedRecords) {
        double loaded = (double) before.position / (double) before.size * (double) expectedRecords;
        return Math.max(0, Math.min(1, (loaded - (double) lag) / (double) expectedRecords));
    }

    String encode() {
        return position + " " + size + " " + consumed + " " + transactions + " " + lag + " " + (isRestoring ? 1 : 0);
    }

    static Progress decode(String text) {
        String[] parts = text.split(" ");
        if (parts.length != 6) {
            throw new IllegalArgumentException("Not a progress: " + text);
        }
        return new Progress(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                parts[5].equals("1"));
    }
}
