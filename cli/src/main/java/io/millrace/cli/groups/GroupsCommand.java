package io.millrace.cli.groups;

import io.millrace.cli.command.Console;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace groups}: it only knows its subcommands. */
@Command(
        name = "groups",
        description = "Lists and describes consumer groups, resets their offsets, and deletes them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class GroupsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private GroupsCommand() {}

    /** The command with its subcommands. */
    public static CommandLine commandLine(Console console) {
        return new CommandLine(new GroupsCommand())
                .addSubcommand(new ListCommand(console))
                .addSubcommand(new DescribeCommand(console))
                .addSubcommand(new ResetOffsetsCommand(console))
                .addSubcommand(new DeleteCommand(console));
    }

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        throw new ParameterException(self.commandLine(), "Say what to do with groups, such as: millrace groups list");
    }
}
