package io.millrace.cli.groups;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.EventLog;
import io.millrace.log.GroupDescription;
import io.millrace.log.GroupDescription.Progress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace groups describe}. */
@Command(
        name = "describe",
        description =
                "Describes groups: of each partition the committed offset, the last stable offset (where readers of committed"
                        + " records stop), the offsets between the two, and who reads it. PENDING is the producer of the open or prepared"
                        + " transaction that holds an offset of the group there. Works while another process has the log"
                        + " open.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace groups describe bank --data bank",
            "  millrace groups describe --data bank --json | jq 'select(.lag > 1000)'"
        })
final class DescribeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(paramLabel = "GROUP", arity = "0..*", description = "Which groups; all if none is named.")
    private List<String> names = List.of();

    DescribeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Table table = new Table("GROUP", "STATE", "TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "PENDING", "MEMBER");
        List<GroupDescription> groups;
        try (EventLog log = OpenLog.forReading(data.existing())) {
            groups = chosen(log);
            for (GroupDescription group : groups) {
                add(group, GroupReport.knowsMembers(log), table);
                GroupReport.sayWhatIsBeyondEnd(group, console);
            }
            GroupReport.sayWhatIsUnknown(log, console);
        }
        Output out = console.output();
        json.print(table, out);
        out.flush();
        return GroupReport.sayFaults(groups, console);
    }

    private List<GroupDescription> chosen(EventLog log) {
        return names.isEmpty()
                ? log.admin().groups().stream()
                        .map(log.admin()::describeGroup)
                        .flatMap(Optional::stream)
                        .toList()
                : names.stream()
                        .map(name -> GroupReport.require(name, log.admin()))
                        .toList();
    }

    private static void add(GroupDescription group, boolean areMembersKnown, Table table) {
        for (Progress progress : group.progress()) {
            Table.Row row = table.row().text(group.groupId());
            GroupReport.state(group, areMembersKnown, row);
            GroupReport.partition(progress, row);
            Long producerId = group.pending().get(progress.topicPartition());
            row.number(producerId == null ? OptionalLong.empty() : OptionalLong.of(producerId));
            progress.memberId().ifPresentOrElse(row::text, row::missing);
        }
    }
}
