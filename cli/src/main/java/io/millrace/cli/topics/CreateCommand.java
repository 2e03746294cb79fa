package io.millrace.cli.topics;

import io.millrace.cli.command.ApiWords;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.PartitionOption;
import io.millrace.cli.command.UsageException;
import io.millrace.log.EventLog;
import io.millrace.log.LogException;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.TopicName;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topics create}. */
@Command(
        name = "create",
        description =
                "Creates a topic; without options, everything is kept in segments of 1 GiB or 7 days. In a directory that does not exist or is empty, a log is"
                        + " created first.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace topics create orders --partitions 4 --data mine",
            "  millrace topics create clicks --retention 7d --segment-bytes 64MiB --compression zstd --data mine",
            "  millrace topics create balances --cleanup compact --data mine"
        })
final class CreateCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final SettingsOptions settings = new SettingsOptions();

    @Parameters(paramLabel = "TOPIC", description = "Its name: letters, digits, '.', '_' and '-'.")
    private String name = "";

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            converter = PartitionOption.Count.class,
            defaultValue = "1",
            order = 10,
            description = "Into how many partitions it is divided (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
            names = "--if-not-exists",
            order = 11,
            description =
                    "It is no failure if there is such a topic with as many partitions. Its settings stay what they are.")
    private boolean isPresentFine;

    CreateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        TopicSettings wanted = settings.applyTo(TopicSettings.defaults());
        checkNew();
        Path directory = data.existingOrNew();
        try (EventLog log = OpenLog.forWriting(directory)) {
            boolean isCreated = log.admin().createTopic(name, partitions, wanted);
            console.say((isCreated ? "Created " : "There already is ") + name + " with "
                    + Numbers.count(partitions, "partition") + ".");
            if (isCreated) {
                settings.warnings(wanted).forEach(console::say);
            }
            return isCreated || isPresentFine ? ExitStatus.DONE : ExitStatus.FAILED;
        }
    }

    /** Before a log is created for it. */
    private void checkNew() {
        try {
            TopicName.checkNew(name, partitions);
        } catch (LogException e) {
            throw new UsageException(ApiWords.translate(e.getMessage()) + ".", e);
        }
    }
}
