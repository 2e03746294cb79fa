package io.millrace.examples.bank.command;

import io.millrace.dsl.AppStatus;
import io.millrace.dsl.AppStatus.IngestStatus;
import java.util.concurrent.TimeUnit;

/**
 * How far a pipeline is. Also a line of text, by which a child process tells its parent.
 *
 * @param position of the input, of {@code size}; both in the input's own unit, and {@code size} below zero while nobody knows it
 * @param transactions committed since the start of the process
 * @param replay how the state came to where the log is
 */
record Progress(long position, long size, Work work, long transactions, Replay replay) {
    static final Progress NONE = new Progress(0, -1, Work.NONE, 0, Replay.NOT_YET);

    /** What {@link #fraction} gives while nobody knows. */
    static final double UNKNOWN = -1;

    /**
     * What lies in the log, in offsets: how many orders there are and how many of them are processed and committed, and the same of credits.
     */
    record Work(long ordersDone, long orders, long creditsDone, long credits) {
        static final Work NONE = new Work(0, 0, 0, 0);

        long lag() {
            return Math.max(0, orders - ordersDone) + Math.max(0, credits - creditsDone);
        }

        /** The share that is done of what the orders in the log come to, the credits included that they will still cause. */
        double share() {
            double allCredits = ordersDone == 0 ? credits : (double) credits * orders / ordersDone;
            double all = orders + allCredits;
            return all == 0 ? 1 : Math.min(1, (ordersDone + creditsDone) / all);
        }
    }

    /**
     * The replay of the ends of the changelogs, which a start begins with.
     *
     * @param isGoingOn or has not begun
     * @param records replayed since the start of the process
     * @param micros that it took
     */
    record Replay(boolean isGoingOn, long records, long micros) {
        static final Replay NOT_YET = new Replay(true, 0, 0);
        static final Replay NONE = new Replay(false, 0, 0);
    }

    boolean isRestoring() {
        return replay.isGoingOn;
    }

    static Progress of(AppStatus status, Work work) {
        IngestStatus ingest = status.ingests().isEmpty()
                ? new IngestStatus("none", 0, 0, true)
                : status.ingests().get(0);
        // A source that is not open yet does not know its size.
        boolean isRestoring = status.state() == AppStatus.State.CREATED
                || status.state() == AppStatus.State.REBALANCING
                || status.state() == AppStatus.State.RESTORING
                || ingest.size() < 0;
        AppStatus.Restoring restoring = status.restoring();
        Replay replay = new Replay(
                isRestoring,
                restoring.recordsRestored(),
                TimeUnit.NANOSECONDS.toMicros(restoring.time().toNanos()));
        return new Progress(
                Math.max(0, ingest.position()), ingest.size(), work, status.transactionsCommitted(), replay);
    }

    /** How much of everything is loaded and processed, from 0 to 1, or {@link #UNKNOWN}. */
    double fraction() {
        if (size < 0) {
            return UNKNOWN;
        }
        return (size == 0 ? 1 : Math.min(1, (double) position / (double) size)) * work.share();
    }

    /** Like {@link #fraction}, but a quarter of it is the loading, which is over long before the processing is: so kills hit it too. */
    double killFraction() {
        if (size < 0) {
            return UNKNOWN;
        }
        double loaded = size == 0 ? 1 : Math.min(1, (double) position / (double) size);
        return 0.25 * loaded + 0.75 * fraction();
    }

    String encode() {
        return position + " " + size + " " + work.ordersDone + " " + work.orders + " " + work.creditsDone + " "
                + work.credits + " " + transactions + " " + (replay.isGoingOn ? 1 : 0) + " " + replay.records + " "
                + replay.micros;
    }

    static Progress decode(String text) {
        String[] parts = text.split(" ");
        if (parts.length != 10) {
            throw new IllegalArgumentException("Not a progress: " + text);
        }
        long[] numbers = new long[parts.length];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = Long.parseLong(parts[i]);
        }
        return new Progress(
                numbers[0],
                numbers[1],
                new Work(numbers[2], numbers[3], numbers[4], numbers[5]),
                numbers[6],
                new Replay(numbers[7] == 1, numbers[8], numbers[9]));
    }
}
