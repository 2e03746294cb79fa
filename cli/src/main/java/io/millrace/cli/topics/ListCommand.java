package io.millrace.cli.topics;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.EventLog;
import io.millrace.log.TopicDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace topics list}. */
@Command(
        name = "list",
        description =
                "Lists topics. OFFSETS counts what lies between the start and the end of their partitions, markers of"
                        + " transactions and what compaction removed included. Works while another process has the log open.",
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
        Table table = new Table("TOPIC", "PARTITIONS", "OFFSETS", "SIZE", "CLEANUP");
        List<TopicReport> reports = new ArrayList<>();
        Path directory = data.existing();
        try (EventLog log = OpenLog.forReading(directory)) {
            for (TopicDescription topic : log.admin().topics()) {
                if (isInternalToo || !topic.internal()) {
                    TopicReport report = TopicReport.of(topic, log, directory);
                    reports.add(report);
                    table.row()
                            .text(topic.name())
                            .number(topic.partitions())
                            .number(report.offsets())
                            .bytes(report.bytes())
                            .text(SettingsOptions.optionName(topic.settings().cleanup()));
                }
            }
        }
        Output out = console.output();
        json.print(table, out);
        out.flush();
        return TopicReport.sayFaults(reports, console);
    }
}
