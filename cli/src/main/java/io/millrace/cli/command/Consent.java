package io.millrace.cli.command;

import picocli.CommandLine.Option;

/** Mixin of commands that take something away: {@code --yes}, or a yes at the terminal, or nothing happens. */
public final class Consent {
    @Option(
            names = {"-y", "--yes"},
            description =
                    "Do it. Without, it is asked for at a terminal; elsewhere this is a dry run, which changes nothing and exits with "
                            + ExitStatus.NOT_DONE + ".")
    private boolean isGiven;

    /**
     * Whether to go on. What would be done was said before. If not, that is said, and the command ends with {@link ExitStatus#NOT_DONE}.
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
        console.say(
                console.isAnswering()
                        ? "Nothing was changed."
                        : "Dry run: nothing was changed. With --yes it is done.");
        return false;
    }
}
