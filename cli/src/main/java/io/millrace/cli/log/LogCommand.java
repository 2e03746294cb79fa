package io.millrace.cli.log;

import io.millrace.cli.command.Console;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace log}: it only knows its subcommands. */
@Command(
        name = "log",
        description = "Describes, verifies, prints and repairs the files of a log.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class LogCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private LogCommand() {}

    /** The command with its subcommands. */
    public static CommandLine commandLine(Console console) {
        return new CommandLine(new LogCommand())
                .addSubcommand(new DescribeCommand(console))
                .addSubcommand(new VerifyCommand(console))
                .addSubcommand(new DumpCommand(console))
                .addSubcommand(new RepairCommand(console));
    }

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        throw new ParameterException(self.commandLine(), "Say what to do with a log, such as: millrace log verify");
    }
}
