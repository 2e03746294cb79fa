package io.millrace.cli.deadletters;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.Numbers;
import java.util.function.LongConsumer;

/** Says how far a long work is, where somebody watches. */
final class Progress {
    private static final long STEP = 10_000;

    private Progress() {}

    /** @param total of how many */
    static LongConsumer of(Console console, String done, long total) {
        return count -> {
            if (console.isWatched() && count < total && count % STEP == 0) {
                console.say(done + " " + Numbers.count(count, "letter") + " of " + Numbers.count(total, "letter"));
            }
        };
    }
}
