package io.millrace.cli.command;

import picocli.CommandLine.Option;

/** Mixin of commands that take something away: {@code --yes}, or a yes at the terminal, or nothing happens. */
public final class Consent {
    @Option(
            names = {"-y", "--yes"},
            description =
                    "Do it. Without, it is asked for at a terminal, and elsewhere nothing is done but to say what would be.")
    private boolean isGiven;

    /**
     * Whether to go on. What would be done was said before.
     *
     * @param question such as "Delete 2 topics?"
     */
    public boolean isGiven(Console console, String question) {
        if (isGiven) {
            return true;
        }
        if (console.isAnswering() && console.confirms(question)) {
            return true;
        }
        console.say(console.isAnswering() ? "Nothing was changed." : "Nothing was changed. With --yes it is done.");
        return false;
    }
}
