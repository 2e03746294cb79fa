package io.millrace.examples;

import io.millrace.cli.command.Subcommand;
import io.millrace.cli.command.UnusableException;
import io.millrace.examples.log.Payments;
import io.millrace.examples.words.WordCount;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @Command(
            name = "word-count",
            description =
                    "Counts the words of a text, or of three proverbs, on top of what it counted before; see WordCount.java.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExamples:%n",
            footer = {
                "  millrace example word-count --data /tmp/words --text README.md",
                "  millrace consume counts --data /tmp/words --value-format int64    what it told on the way"
            })
    void wordCount(
            @Option(
                            names = "--data",
                            required = true,
                            paramLabel = "DIR",
                            description =
                                    "The directory of log and state; run again with the same, it goes on counting.")
                    Path data,
            @Option(names = "--text", paramLabel = "FILE", description = "The text, in UTF-8.") @Nullable Path text) {
        List<String> lines = text == null ? WordCount.PROVERBS : readLines(text);
        PrintWriter out = spec().commandLine().getOut();
        WordCount.run(data, lines, out::println);
        out.flush();
    }

    private static List<String> readLines(Path text) {
        try {
            return Files.readAllLines(text);
        } catch (IOException e) {
            throw new UnusableException("The text " + text + " cannot be read as UTF-8: " + e, e);
        }
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
