package io.millrace.cli.groups;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.EventLog;
import io.millrace.log.GroupDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace groups list}. */
@Command(
        name = "list",
        description =
                "Lists groups that have offsets, with how many partitions they have committed for, how far they are behind the"
                        + " last stable offsets there, together, and for how many partitions an offset waits for the end of an open or prepared transaction. Works while another process has the log open.",
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    ListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<GroupDescription> groups = new ArrayList<>();
        Table table = new Table("GROUP", "STATE", "PARTITIONS", "LAG", "PENDING");
        try (EventLog log = OpenLog.forReading(data.existing())) {
            for (String groupId : log.admin().groups()) {
                // One that was deleted since it was named is left out.
                Optional<GroupDescription> group = log.admin().describeGroup(groupId);
                group.ifPresent(found -> {
                    Table.Row row = table.row().text(groupId);
                    GroupReport.state(found, GroupReport.knowsMembers(log), row);
                    groups.add(found);
                    row.number(GroupReport.committed(found))
                            .number(GroupReport.lag(found))
                            .number(found.pending().size());
                });
            }
            GroupReport.sayWhatIsUnknown(log, console);
        }
        Output out = console.output();
        json.print(table, out);
        out.flush();
        return GroupReport.sayFaults(groups, console);
    }
}
