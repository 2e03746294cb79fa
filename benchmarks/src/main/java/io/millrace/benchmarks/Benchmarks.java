package io.millrace.benchmarks;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code benchmarks/run} starts: a program of this module by its name, and JMH with its own options for everything else. */
@Command(
        name = "benchmarks/run",
        description =
                "Measures Millrace. Anything but the commands below goes to JMH as it is: -h is JMH's own help, -l lists its benchmarks.",
        synopsisSubcommandLabel = "(COMMAND | JMH-OPTIONS)",
        subcommands = {
            AllFigures.class,
            Calls.class,
            LargeLog.class,
            ManyPartitions.class,
            StateRestart.class,
            Steps.class,
            Transactions.class,
            CommandLine.HelpCommand.class
        })
public final class Benchmarks implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    public static void main(String[] arguments) throws Exception {
        CommandLine commands = new CommandLine(new Benchmarks()).setUsageHelpAutoWidth(true);
        boolean isOurs = arguments.length == 0
                || commands.getSubcommands().containsKey(arguments[0])
                || List.of("--help").contains(arguments[0]);
        if (isOurs) {
            System.exit(commands.execute(arguments));
        }
        org.openjdk.jmh.Main.main(arguments);
    }

    @Override
    public void run() {
        CommandSpec self = Objects.requireNonNull(spec, "spec");
        throw new ParameterException(self.commandLine(), "Say what to measure");
    }
}
