package io.millrace.cli.topology;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.Subcommand;
import io.millrace.dsl.PipelineException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace topology}: it only knows its subcommands. */
@Command(
        name = "topology",
        description = {
            "Shows what applications run: steps, stores and topics, as their log has it since the last start; and what another version would do with it.",
            "Only reads, also beside the process that has the log open."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class TopologyCommand implements Runnable, Subcommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Object on(Console console) {
        return new CommandLine(this)
                .addSubcommand(new ListCommand(console))
                .addSubcommand(new ShowCommand(console))
                .addSubcommand(new PlanCommand(console));
    }

    @Override
    public boolean foresees(Exception failure) {
        return failure instanceof PipelineException;
    }

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        throw new ParameterException(self.commandLine(), "Say what to do, such as: millrace topology show");
    }
}
