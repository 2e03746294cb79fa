package io.millrace.cli.groups;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.UsageException;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.OffsetResetPlan.Move;
import io.millrace.log.TopicPartition;
import java.time.InstantSource;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace groups reset-offsets}. */
@Command(
        name = "reset-offsets",
        description =
                "Says where a group's offsets would go, and what its consumers would skip or read again for that; with --execute"
                        + " it is done. A group that has not committed anything yet is given offsets by the same way.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace groups reset-offsets audit --topic orders --to-earliest --data mine",
            "  millrace groups reset-offsets audit --topic orders:0,3 --by-duration 36h --data mine --execute"
        })
final class ResetOffsetsCommand implements Callable<Integer> {
    private final Console console;
    private final InstantSource clock;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(paramLabel = "GROUP", description = "Which group.")
    private String groupId = "";

    @ArgGroup(multiplicity = "1", heading = "Of what:%n", order = 1)
    private ScopeOption scope = new ScopeOption();

    @ArgGroup(multiplicity = "1", heading = "To where:%n", order = 2)
    private TargetOption target = new TargetOption();

    @Option(
            names = "--execute",
            description =
                    "Do it; the group must have no members. Without, this is a dry run: nothing is changed, another process may have the"
                            + " log open, and the exit status is " + ExitStatus.NOT_DONE + ".")
    private boolean isExecuted;

    ResetOffsetsCommand(Console console) {
        this(console, InstantSource.system());
    }

    ResetOffsetsCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        if (groupId.isEmpty()) {
            throw new UsageException("The name of the group is empty.");
        }
        // Forced before it is said to be done: what waits for the close could fail there, as on a full disk.
        try (EventLog log = isExecuted
                ? OpenLog.forWriting(data.existing(), Durability.POWER_LOSS)
                : OpenLog.forReading(data.existing())) {
            SortedSet<TopicPartition> partitions = scope.partitions(groupId, log.admin());
            if (partitions.isEmpty()) {
                throw new UnusableException("Group " + groupId
                        + " has committed nothing: name the topics whose offsets it is to be given with --topic.");
            }
            OffsetResetPlan plan = log.admin().planOffsetReset(groupId, partitions, target.target(clock.millis()));
            show(plan);
            if (isExecuted) {
                log.admin().resetOffsets(plan);
                console.say("Done: group " + groupId + " goes on from there.");
                return ExitStatus.DONE;
            }
            console.say("Dry run: nothing was changed. With --execute it is done.");
            return ExitStatus.NOT_DONE;
        }
    }

    private void show(OffsetResetPlan plan) {
        Table table = new Table("TOPIC", "PARTITION", "BEFORE", "AFTER", "SKIPPED", "REPEATED");
        long skipped = 0;
        long repeated = 0;
        boolean isNew = false;
        for (Move move : plan.moves()) {
            Table.Row row = table.row()
                    .text(move.topicPartition().topic())
                    .number(move.topicPartition().partition())
                    .number(move.from())
                    .number(move.to());
            if (move.from().isPresent()) {
                long forward = move.to() - move.from().getAsLong();
                row.number(Math.max(0, forward)).number(Math.max(0, -forward));
                skipped += Math.max(0, forward);
                repeated += Math.max(0, -forward);
            } else {
                row.missing().missing();
                isNew = true;
            }
        }
        Output out = console.output();
        json.print(table, out);
        out.flush();
        if (skipped > 0) {
            console.say(Numbers.count(skipped, "offset")
                    + (skipped == 1 ? " is" : " are")
                    + " skipped: what was not processed of that never is, by this group.");
        }
        if (repeated > 0) {
            console.say(Numbers.count(repeated, "offset")
                    + (repeated == 1 ? " is" : " are")
                    + " read again, and what is there is processed again.");
        }
        if (isNew) {
            console.say("Where nothing was committed before, the group begins at the offset given.");
        }
    }
}
