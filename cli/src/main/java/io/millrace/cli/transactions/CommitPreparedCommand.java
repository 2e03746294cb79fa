package io.millrace.cli.transactions;

import io.millrace.cli.command.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace transactions commit-prepared}. */
@Command(
        name = "commit-prepared",
        description =
                "Commits a prepared transaction, as the resource says that took part in it. Opening the log aborts the"
                        + " transactions of processes that are gone and not prepared, so they are shown with it first.",
        mixinStandardHelpOptions = true)
final class CommitPreparedCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final PreparedEnd end = new PreparedEnd();

    CommitPreparedCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        return end.run(console, true);
    }
}
