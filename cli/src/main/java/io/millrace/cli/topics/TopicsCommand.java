package io.millrace.cli.topics;

import io.millrace.cli.command.Console;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace topics}: it only knows its subcommands. */
@Command(
        name = "topics",
        description = "Lists, describes, creates, changes and deletes topics, and deletes records.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class TopicsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private TopicsCommand() {}

    /** The command with its subcommands. */
    public static CommandLine commandLine(Console console) {
        return new CommandLine(new TopicsCommand())
                .addSubcommand(new ListCommand(console))
                .addSubcommand(new DescribeCommand(console))
                .addSubcommand(new CreateCommand(console))
                .addSubcommand(new AlterCommand(console))
                .addSubcommand(new AddPartitionsCommand(console))
                .addSubcommand(new DeleteRecordsCommand(console))
                .addSubcommand(new DeleteCommand(console));
    }

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        throw new ParameterException(self.commandLine(), "Say what to do with topics, such as: millrace topics list");
    }
}
