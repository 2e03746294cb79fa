package io.millrace.cli.transactions;

import io.millrace.cli.command.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace transactions abort-prepared}. */
@Command(
        name = "abort-prepared",
        description =
                "Aborts a prepared transaction, as the resource says that took part in it. Opening the log aborts the"
                        + " transactions of processes that are gone and not prepared, so they are shown with it first.",
        mixinStandardHelpOptions = true)
final class AbortPreparedCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final PreparedEnd end = new PreparedEnd();

    AbortPreparedCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        return end.run(console, false);
    }
}
