package io.millrace.cli.topics;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.PartitionOption;
import io.millrace.log.EventLog;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topics add-partitions}. */
@Command(
        name = "add-partitions",
        description =
                "Gives a topic more partitions. There is no way back, and later records of a key may go to another partition"
                        + " than earlier ones did.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  millrace topics add-partitions orders --partitions 8 --data mine")
final class AddPartitionsCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Parameters(paramLabel = "TOPIC", description = "Which topic.")
    private String name = "";

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            converter = PartitionOption.Count.class,
            required = true,
            description = "How many there are to be in all.")
    private int partitions;

    AddPartitionsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (EventLog log = OpenLog.forWriting(data.existing())) {
            int before = TopicReport.requireUsers(name, log.admin()).partitions();
            log.admin().addPartitions(name, partitions);
            console.say(
                    before == partitions
                            ? name + " has " + Numbers.count(partitions, "partition") + " already."
                            : name + " has " + Numbers.count(partitions, "partition") + " now, " + (partitions - before)
                                    + " more.");
            return ExitStatus.DONE;
        }
    }
}
