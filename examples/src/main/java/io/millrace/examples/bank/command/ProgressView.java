package io.millrace.examples.bank.command;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * Shows progress: on a terminal as one line that changes, elsewhere as a line every few seconds without any escape code. Owned by one thread.
 */
final class ProgressView {
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long LINE_NANOS = 5_000_000_000L;
    /** The rate shown is an average over about this time. */
    private static final double RATE_NANOS = 2e9;
    /** So is that from which the time left follows; longer, because it is about what is far away. */
    private static final double PACE_NANOS = 8e9;
    /** Before that much work was watched, nobody knows how long the rest takes. */
    private static final double LEAST_WATCHED_NANOS = 1e9;

    private final PrintStream out;
    private final boolean isTerminal;
    private final IntSupplier columns;

    private boolean isLineOpen;
    private boolean hasBegun;
    private long drawnNanos;
    private long ratedNanos;
    /** How long work was watched, without restarts. */
    private double watchedNanos;
    /** What former processes committed. */
    private long transactionsBefore;

    private Progress last = Progress.NONE;
    private double fraction;
    private double best;
    private double rate;
    /** Fractions per second. */
    private double pace;

    private boolean isAuditing;
    private boolean isResumed;
    private int kills;
    /** What was told last of the present process. */
    private long toldReplayMicros;

    /** @param columns the terminal's present width */
    ProgressView(PrintStream out, boolean isTerminal, IntSupplier columns) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.columns = columns;
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
        toldReplayMicros = 0;
    }

    /** Shows this if it is time to. */
    void update(Progress progress, long nowNanos) {
        if (!hasBegun) {
            hasBegun = true;
            drawnNanos = isTerminal ? nowNanos - REDRAW_NANOS : nowNanos;
        }
        double before = fraction;
        fraction = progress.fraction();
        if (!progress.isRestoring() && !last.isRestoring()) {
            rate(progress, fraction - before, (double) (nowNanos - ratedNanos));
        }
        ratedNanos = nowNanos;
        last = progress;
        tellReplay(progress.replay());
        best = Math.max(best, fraction);
        if (nowNanos - drawnNanos >= (isTerminal ? REDRAW_NANOS : LINE_NANOS)) {
            drawnNanos = nowNanos;
            draw();
        }
    }

    /** A start after a kill, or on what an earlier run left, replays what the stores lack: how much that was, and how long it took. */
    private void tellReplay(Progress.Replay replay) {
        if ((kills > 0 || isResumed) && !replay.isGoingOn() && replay.micros() > toldReplayMicros) {
            toldReplayMicros = replay.micros();
            say(String.format(
                    Locale.ROOT,
                    "State restored: %,d records replayed in %,.1f ms.",
                    replay.records(),
                    replay.micros() / 1_000.0));
        }
    }

    private void rate(Progress progress, double step, double elapsed) {
        if (elapsed <= 0) {
            return;
        }
        watchedNanos += elapsed;
        double orders = progress.work().ordersDone() - last.work().ordersDone();
        rate += weight(elapsed, RATE_NANOS) * (orders * 1e9 / elapsed - rate);
        pace += weight(elapsed, PACE_NANOS) * (step * 1e9 / elapsed - pace);
    }

    /** Of a new value in an average over about {@code span}; while less was watched, over that. */
    private double weight(double elapsed, double span) {
        return Math.min(1, elapsed / Math.min(span, watchedNanos));
    }

    /** The run is over and what it left is read back. @param share how much of it was read, from 0 to 1 */
    void auditing(double share, long nowNanos) {
        if (!isTerminal) {
            if (!isAuditing) {
                say("Auditing what came out.");
            }
        } else if (!isAuditing || nowNanos - drawnNanos >= REDRAW_NANOS) {
            drawnNanos = nowNanos;
            draw(new ProgressLine(share).add("auditing what came out", 1).fit(columns.getAsInt() - 1));
        }
        isAuditing = true;
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

    /** How much of everything is done at the last update, from 0 to 1; less than 0 if nobody knows. */
    double fraction() {
        return fraction;
    }

    String line(int width) {
        ProgressLine line = new ProgressLine(best);
        if (!last.isRestoring()) {
            line.add(String.format(Locale.ROOT, "%,d records/s", Math.max(0, Math.round(rate))), 2);
        }
        line.add(String.format(Locale.ROOT, "%,d commits", transactionsBefore + last.transactions()), 5);
        if (!last.isRestoring()) {
            line.add(String.format(Locale.ROOT, "lag %,d", last.work().lag()), 3);
        }
        if (kills > 0) {
            line.add(kills + (kills == 1 ? " kill" : " kills"), 4);
        }
        if (last.isRestoring()) {
            line.add(kills > 0 || isResumed ? "restoring" : "starting", 1);
        } else if (pace > 0 && best < 1 && watchedNanos >= LEAST_WATCHED_NANOS) {
            line.add(String.format(Locale.ROOT, "%,d s left", Math.max(1, Math.round((1 - best) / pace))), 1);
        }
        return line.fit(width);
    }

    private void draw() {
        if (!isTerminal) {
            out.println(line(Integer.MAX_VALUE));
            out.flush();
        } else {
            // Some terminals wrap when the last column is written, and a line that wraps could not be taken away again.
            draw(line(columns.getAsInt() - 1));
        }
    }

    private void draw(String line) {
        out.print("\r" + line + "\u001B[K");
        out.flush();
        isLineOpen = true;
    }
}
