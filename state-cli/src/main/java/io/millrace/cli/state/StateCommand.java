package io.millrace.cli.state;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.Subcommand;
import io.millrace.state.StateException;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace state}: it only knows its subcommands. */
@Command(
        name = "state",
        description = {
            "Shows the state of applications: stores, what is in them, and whether that is what their changelogs say.",
            "Only reads, also beside the process that owns the state, and after it was killed. What is shown is what RocksDB has on the disk:"
                    + " what was committed since is in the owner's memory and in the changelog. POSITION is the changelog's offset"
                    + " up to which a store has everything; 'millrace state stats' says what is missing."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class StateCommand implements Runnable, Subcommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Object on(Console console) {
        return new CommandLine(this)
                .addSubcommand(new ListCommand(console))
                .addSubcommand(new GetCommand(console))
                .addSubcommand(new ScanCommand(console))
                .addSubcommand(new StatsCommand(console, InstantSource.system()))
                .addSubcommand(new VerifyCommand(console, InstantSource.system()));
    }

    @Override
    public boolean foresees(Exception failure) {
        return failure instanceof StateException;
    }

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        throw new ParameterException(self.commandLine(), "Say what to do with state, such as: millrace state list");
    }
}
