package io.millrace.cli.deadletters;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.Subcommand;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace dead-letters}: it only knows its subcommands. */
@Command(
        name = "dead-letters",
        description = {
            "Shows records that applications set aside because they failed, and puts them back or gives them up, once each.",
            "A letter is named by its place in its topic, PARTITION:OFFSET. What became of it is kept in the topic TOPIC-decisions;"
                    + " the letters themselves stay for as long as the settings of their topic say."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class DeadLettersCommand implements Runnable, Subcommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Object on(Console console) {
        return new CommandLine(this)
                .addSubcommand(new ListCommand(console))
                .addSubcommand(new ShowCommand(console))
                .addSubcommand(new ReplayCommand(console, InstantSource.system()))
                .addSubcommand(new DiscardCommand(console, InstantSource.system()));
    }

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        throw new ParameterException(
                self.commandLine(), "Say what to do with dead letters, such as: millrace dead-letters list");
    }
}
