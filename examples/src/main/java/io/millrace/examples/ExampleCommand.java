package io.millrace.examples;

import io.millrace.cli.command.Subcommand;
import io.millrace.examples.log.Payments;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace example}: one subcommand for each small program. */
@Command(
        name = "example",
        description = "Runs one of the small programs that show how Millrace is used.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "EXAMPLE")
public final class ExampleCommand implements Runnable, Subcommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Command(
            name = "log",
            description =
                    "Writes three payments to a topic, reads them as a member of a group, and commits; see Payments.java.",
            mixinStandardHelpOptions = true)
    void log(
            @Option(
                            names = "--data",
                            required = true,
                            paramLabel = "DIR",
                            description = "The directory of the log; run again with the same, it goes on.")
                    Path data) {
        PrintWriter out = spec().commandLine().getOut();
        Payments.run(data, out::println);
        out.flush();
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec().commandLine(), "Say which example to run, such as: millrace example log --data /tmp/payments");
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "spec");
    }
}
