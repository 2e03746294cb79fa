package io.millrace.examples.bank.command;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows progress: on a terminal as one line that changes, elsewhere as a line every few seconds without any escape code. Owned by one thread.
 */
final class ProgressView {
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long LINE_NANOS = 5_000_000_000L;
    /** The rate shown is an average over about this time. */
    private static final double SMOOTHING_NANOS = 1e9;

    private static final int BAR_CELLS = 20;

    private final PrintStream out;
    private final boolean isTerminal;
    private final long expectedRecords;
    private final int columns;

    private boolean isLineOpen;
    private boolean hasBegun;
    private long startNanos;
    private long drawnNanos;
    private long ratedNanos;
    /** What former processes committed. */
    private long transactionsBefore;

    private Progress last = Progress.NONE;
    private double fraction;
    private double best;
    private double firstFraction;
    private double firstLoaded;
    private boolean isFirstLoadedKnown;
    private boolean isResumed;
    private double rate;
    private int kills;

    ProgressView(PrintStream out, boolean isTerminal, int columns, long expectedRecords) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.columns = columns;
        this.expectedRecords = expectedRecords;
    }

    /** The run goes on where an earlier one stopped. */
    void resumed() {
        isResumed = true;
    }

    /** A process was killed: the next progress comes from a new one. */
    void killed() {
        kills++;
        transactionsBefore += last.transactions();
        last = Progress.NONE;
    }

    /** Shows this if it is time to. */
    void update(Progress progress, long nowNanos) {
        // While a process restores, nobody knows its lag.
        fraction = progress.isRestoring() || last.isRestoring() ? 0 : progress.fraction(last, expectedRecords);
        if (!hasBegun) {
            hasBegun = true;
            startNanos = nowNanos;
            ratedNanos = nowNanos;
            drawnNanos = isTerminal ? nowNanos - REDRAW_NANOS : nowNanos;
            firstFraction = fraction;
            best = fraction;
        }
        if (isResumed && !isFirstLoadedKnown && !progress.isRestoring()) {
            isFirstLoadedKnown = true;
            firstLoaded = (double) progress.position() / (double) progress.size();
        }
        long elapsed = nowNanos - ratedNanos;
        if (elapsed > 0) {
            double now = (double) (progress.consumed() - last.consumed()) * 1e9 / (double) elapsed;
            double sinceStart = (double) Math.max(1, nowNanos - startNanos);
            double weight = Math.min(1, (double) elapsed / Math.min(SMOOTHING_NANOS, sinceStart));
            rate += weight * (now - rate);
            ratedNanos = nowNanos;
        }
        last = progress;
        best = Math.max(best, fraction);
        if (nowNanos - drawnNanos >= (isTerminal ? REDRAW_NANOS : LINE_NANOS)) {
            drawnNanos = nowNanos;
            draw(line(nowNanos));
        }
    }

    /** Takes the changing line away, so that something else can be printed. */
    void clear() {
        if (isLineOpen) {
            out.print("\r\u001B[K");
            out.flush();
            isLineOpen = false;
        }
    }

    /** Prints a message above the changing line. */
    void say(String message) {
        clear();
        out.println(message);
        out.flush();
    }

    /** How much of everything is done at the last update, from 0 to 1; 0 if nobody knows. */
    double fraction() {
        return fraction;
    }

    /** How much of the input was read in this run, from 0 to 1; less than 1 if an earlier run had begun. */
    double shareDone() {
        return 1 - firstLoaded;
    }

    String line(long nowNanos) {
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "%3d%% ", (int) (best * 100)));
        int full = (int) Math.round(best * BAR_CELLS);
        line.append('[')
                .append("#".repeat(full))
                .append("-".repeat(BAR_CELLS - full))
                .append("] ");
        line.append(String.format(
                Locale.ROOT,
                "%,d records/s  %,d commits  lag %,d",
                Math.max(0, Math.round(rate)),
                transactionsBefore + last.transactions(),
                last.lag()));
        if (kills > 0) {
            line.append("  ").append(kills).append(kills == 1 ? " kill" : " kills");
        }
        if (last.isRestoring()) {
            line.append(kills > 0 || isResumed ? "  restoring" : "  starting");
        } else if (best > firstFraction && best < 1) {
            double secondsPerFraction = (nowNanos - startNanos) / 1e9 / (best - firstFraction);
            line.append(String.format(Locale.ROOT, "  %,d s left", Math.round(secondsPerFraction * (1 - best))));
        }
        return line.toString();
    }

    private void draw(String line) {
        if (!isTerminal) {
            out.println(line);
        } else {
            // A line that wraps could not be taken away again.
            out.print("\r" + line.substring(0, Math.min(line.length(), columns - 1)) + "\u001B[K");
            isLineOpen = true;
        }
        out.flush();
    }
}
