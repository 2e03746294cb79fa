package io.millrace.examples.bank.command;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * When a child is killed. Every kill is planned either for a random point of the work or for the recovery that the kill before it
 * caused; whatever could not be done while there was work is done when there is none. So all kills happen, however short the run. Owned by
 * one thread.
 */
final class KillPlan {
    /** What a child reports. */
    enum Event {
        /** It is about to open its data. */
        OPENING,
        PROGRESS,
        /** Nothing is left to do. */
        DRAINED
    }

    private static final int LONGEST_WAIT_MILLIS = 40;
    private static final int LONGEST_RECOVERY_WAIT_MILLIS = 400;
    private static final int ONE_IN_RECOVERY = 4;

    private final RandomGenerator random;
    private final double[] fractions;
    private final boolean[] inRecovery;
    private int done;

    KillPlan(int kills, RandomGenerator random) {
        this.random = random;
        fractions = random.doubles(kills).toArray();
        Arrays.sort(fractions);
        inRecovery = new boolean[kills];
        for (int i = 1; i < kills; i++) {
            inRecovery[i] = random.nextInt(ONE_IN_RECOVERY) == 0;
        }
    }

    int done() {
        return done;
    }

    boolean isComplete() {
        return done == fractions.length;
    }

    /** After how many milliseconds from this event the child is to be killed; empty if not yet. */
    OptionalLong delayMillis(Event event, double fraction) {
        if (isComplete()) {
            return OptionalLong.empty();
        }
        boolean isDue = switch (event) {
            case OPENING -> inRecovery[done];
            case PROGRESS -> !inRecovery[done] && fraction >= fractions[done];
            case DRAINED -> true;
        };
        if (!isDue) {
            return OptionalLong.empty();
        }
        int longest = event == Event.OPENING ? LONGEST_RECOVERY_WAIT_MILLIS : LONGEST_WAIT_MILLIS;
        return OptionalLong.of(random.nextInt(longest));
    }

    void killed() {
        done++;
    }
}
