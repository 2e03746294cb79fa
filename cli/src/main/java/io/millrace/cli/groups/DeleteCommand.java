package io.millrace.cli.groups;

import io.millrace.cli.command.Consent;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.cli.command.UnusableException;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.log.GroupDescription;
import io.millrace.log.TopicPartition;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace groups delete}. */
@Command(
        name = "delete",
        description =
                "Deletes groups, which is what they have committed: who joins one again begins as its consumer says, at the"
                        + " earliest record or the latest. Says first what would be lost.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace groups delete audit --data mine        says what would be lost, and asks",
            "  millrace groups delete audit --data mine --yes  does it"
        })
final class DeleteCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final Consent consent = new Consent();

    @Parameters(paramLabel = "GROUP", arity = "1..*", description = "Which groups.")
    private List<String> names = List.of();

    DeleteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Set<String> chosen = new LinkedHashSet<>(names);
        // Forced before it is said to be done: what waits for the close could fail there, as on a full disk.
        try (EventLog log = OpenLog.forWriting(data.existing(), Durability.POWER_LOSS)) {
            Output out = console.output();
            json.print(losses(chosen, log), out);
            out.flush();
            String what = chosen.size() == 1 ? "this group" : "these " + chosen.size() + " groups";
            if (!consent.isGiven(console, "Delete " + what + ", for good?")) {
                return ExitStatus.NOT_DONE;
            }
            for (String name : chosen) {
                log.admin().deleteGroup(name);
                console.say("Deleted " + name + ".");
            }
            return ExitStatus.DONE;
        }
    }

    private static void checkDecided(GroupDescription group) {
        if (!group.pending().isEmpty()) {
            TopicPartition partition = group.pending().firstKey();
            throw new UnusableException("Group " + group.groupId() + " cannot be deleted while an open or prepared"
                    + " transaction, that of producer " + group.pending().get(partition)
                    + ", holds an offset of it in " + partition
                    + ". 'millrace transactions list' says whose that is: end it, then delete the group.");
        }
    }

    /** All are looked at before the first is deleted. */
    private static Table losses(Set<String> names, EventLog log) {
        Table table = new Table("GROUP", "TOPIC", "PARTITION", "COMMITTED", "END", "LAG");
        for (String name : names) {
            GroupDescription group = GroupReport.require(name, log.admin());
            checkDecided(group);
            group.progress()
                    .forEach(progress ->
                            GroupReport.partition(progress, table.row().text(name)));
        }
        return table;
    }
}
