package io.millrace.cli.transactions;

import io.millrace.cli.command.Console;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace transactions}: it only knows its subcommands. */
@Command(
        name = "transactions",
        description = "Lists and describes transactions, finds those that hang, and ends them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class TransactionsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private TransactionsCommand() {}

    /** The command with its subcommands. */
    public static CommandLine commandLine(Console console) {
        return new CommandLine(new TransactionsCommand())
                .addSubcommand(new ListCommand(console))
                .addSubcommand(new DescribeCommand(console))
                .addSubcommand(new FindHangingCommand(console))
                .addSubcommand(new AbortCommand(console))
                .addSubcommand(new CommitPreparedCommand(console))
                .addSubcommand(new AbortPreparedCommand(console));
    }

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        throw new ParameterException(
                self.commandLine(), "Say what to do with transactions, such as: millrace transactions list");
    }
}
