package io.millrace.cli.log;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.LogInspection;
import io.millrace.log.embedded.recovery.PartitionSummary;
import io.millrace.platform.system.SystemWorld;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace log describe}. */
@Command(
        name = "describe",
        description =
                "Describes a log: its id, its formats, whether it was closed cleanly, and of each partition where it begins"
                        + " and ends, up to where it was forced, what it takes on the disk, and how it was closed."
                        + " Works while another process has it open.",
        mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    DescribeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path directory = data.existing();
        LogInspection log = LogInspection.open(SystemWorld.openExisting(directory));
        Output out = console.output();
        if (!json.isJson()) {
            out.line("directory  " + directory);
            out.line("id         " + log.logId().orElse("damaged"));
            out.line("formats    " + String.join(", ", log.formats()));
            out.line("closed     " + (log.isClosedCleanly() ? "cleanly" : "no: open, or not closed cleanly"));
            out.line("");
        }
        Table table = new Table("PARTITION", "START", "END", "RECOVERY POINT", "SEGMENTS", "LOG", "DISK", "STATE");
        for (TopicPartition partition : log.partitions()) {
            add(partition, log, table);
        }
        json.print(table, out);
        out.flush();
        log.damages().forEach(damage -> console.say(damage.toString()));
        return log.damages().isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private static void add(TopicPartition partition, LogInspection log, Table table) {
        PartitionSummary summary = log.summary(partition);
        table.row()
                .text(partition.toString())
                .number(summary.startOffset())
                .number(summary.endOffset())
                .number(summary.recoveryPoint())
                .number(summary.segments())
                .bytes(summary.logBytes())
                .bytes(summary.bytes())
                .text(stateOf(partition, summary, log));
    }

    private static String stateOf(TopicPartition partition, PartitionSummary summary, LogInspection log) {
        if (log.isCutShort(summary, partition)) {
            return "damaged";
        }
        if (!log.isClosedCleanly(partition)) {
            return "unclean";
        }
        return log.isUndecided(partition) ? "clean, a transaction is open" : "clean";
    }
}
