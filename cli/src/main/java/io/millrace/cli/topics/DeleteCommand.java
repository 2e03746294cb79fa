package io.millrace.cli.topics;

import io.millrace.cli.command.Consent;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.EventLog;
import io.millrace.log.LogAdmin;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace topics delete}. */
@Command(
        name = "delete",
        description =
                "Deletes topics with their records and with what groups have committed for them. Says first what would be lost.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace topics delete clicks --data mine        says what would be lost, and asks",
            "  millrace topics delete clicks --data mine --yes  does it"
        })
final class DeleteCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final Consent consent = new Consent();

    @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Which topics.")
    private List<String> names = List.of();

    DeleteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path directory = data.existing();
        Set<String> chosen = new LinkedHashSet<>(names);
        try (EventLog log = OpenLog.forWriting(directory)) {
            Output out = console.output();
            json.print(losses(chosen, log, directory), out);
            out.flush();
            String what = chosen.size() == 1 ? "this topic" : "these " + chosen.size() + " topics";
            if (!consent.isGiven(console, "Delete " + what + ", for good?")) {
                return ExitStatus.NOT_DONE;
            }
            for (String name : chosen) {
                log.admin().deleteTopic(name);
                console.say("Deleted " + name + ".");
            }
            return ExitStatus.DONE;
        }
    }

    /** All are looked at before the first is deleted. */
    private static Table losses(Set<String> names, EventLog log, Path directory) {
        LogAdmin admin = log.admin();
        Table table = new Table("TOPIC", "PARTITIONS", "OFFSETS", "SIZE", "COMMITTED BY");
        for (String name : names) {
            TopicReport report = TopicReport.of(TopicReport.requireUsers(name, admin), log, directory);
            table.row()
                    .text(name)
                    .number(report.partitions().size())
                    .number(report.offsets())
                    .bytes(report.bytes())
                    .texts(groupsOf(name, admin));
        }
        return table;
    }

    private static List<String> groupsOf(String topic, LogAdmin admin) {
        return admin.groups().stream()
                .filter(group -> admin.committedOffsets(group).keySet().stream()
                        .anyMatch(partition -> partition.topic().equals(topic)))
                .toList();
    }
}
