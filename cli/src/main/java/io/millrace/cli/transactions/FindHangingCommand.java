package io.millrace.cli.transactions;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.HumanDuration;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.transactions.HangingTransaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace transactions find-hanging}. */
@Command(
        name = "find-hanging",
        description =
                "Finds transactions that have been open for long, oldest first, and what they keep from readers: LAG is how"
                        + " many offsets read-committed readers are behind the end of the partition. Works while another process has"
                        + " the log open.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nWhat to do:%n",
        footer = {
            "  Ongoing   its process works on it, or was killed: then the next opening of the log aborts it, and so does",
            "            'millrace transactions abort'",
            "  Prepared  somebody decides: 'millrace transactions commit-prepared' or 'abort-prepared'",
            "  Prepare*  it is decided, and a partition does not take its marker: see the log of the process",
            "  Orphaned  the next opening of the log aborts it"
        })
final class FindHangingCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--min-age",
            paramLabel = "DURATION",
            defaultValue = "1m",
            converter = HumanDuration.Converter.class,
            description = "How long they have been open (default: ${DEFAULT-VALUE}).")
    private Duration minimumAge = Duration.ZERO;

    FindHangingCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path directory = data.existing();
        List<HangingTransaction> hanging =
                SeenTransactions.look(directory, transactions -> transactions.findHanging(minimumAge));
        Output out = console.output();
        json.print(SeenTransactions.table(hanging), out);
        out.flush();
        return ExitStatus.DONE;
    }
}
