package io.millrace.cli.topics;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace topics list}. */
@Command(
        name = "list",
        description =
                "Lists topics. OFFSETS counts what lies between the start and the end of their partitions, markers of"
                        + " transactions and what compaction removed included.",
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--internal", description = "List what the log keeps of itself, too.")
    private boolean isInternalToo;

    ListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Table table = new Table("TOPIC", "PARTITIONS", "OFFSETS", "CLEANUP");
        try (EventLog log = OpenLog.forReading(data.existing())) {
            for (TopicDescription topic : log.admin().topics()) {
                if (isInternalToo || !topic.internal()) {
                    add(topic, log.admin(), table);
                }
            }
        }
        Output out = console.output();
        json.print(table, out);
        out.flush();
        return ExitStatus.DONE;
    }

    private static void add(TopicDescription topic, LogAdmin admin, Table table) {
        long offsets = 0;
        for (int i = 0; i < topic.partitions(); i++) {
            TopicPartition partition = new TopicPartition(topic.name(), i);
            offsets += admin.endOffset(partition, Isolation.READ_UNCOMMITTED) - admin.logStartOffset(partition);
        }
        table.row()
                .text(topic.name())
                .number(topic.partitions())
                .number(offsets)
                .text(topic.settings().cleanup().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
