package io.millrace.cli.topics;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.PartitionOption;
import io.millrace.cli.command.Table;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.UsageException;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topics delete-records}. */
@Command(
        name = "delete-records",
        description =
                "Says how many of a topic's oldest records would go, and which groups have not read them; with --execute they are"
                        + " deleted, and the log starts behind them.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace topics delete-records clicks --older-than 30d --data mine",
            "  millrace topics delete-records clicks --partition 0 --before 12000 --data mine --execute"
        })
final class DeleteRecordsCommand implements Callable<Integer> {
    private final Console console;
    private final InstantSource clock;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(paramLabel = "TOPIC", description = "Of which topic.")
    private String name = "";

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            split = ",",
            converter = PartitionOption.Number.class,
            description = "Only of these partitions.")
    private List<Integer> partitions = List.of();

    @ArgGroup(multiplicity = "1", heading = "Up to where:%n")
    private BeforeOption before = new BeforeOption();

    @Option(
            names = "--execute",
            description =
                    "Do it. Without, this is a dry run: nothing is changed, another process may have the log open, and the exit status"
                            + " is " + ExitStatus.NOT_DONE + ".")
    private boolean isExecuted;

    DeleteRecordsCommand(Console console) {
        this(console, InstantSource.system());
    }

    DeleteRecordsCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        if (before.isOffset() && partitions.isEmpty()) {
            throw new UsageException("An offset is one of a partition: say which with --partition.");
        }
        try (EventLog log = isExecuted
                ? OpenLog.forWriting(data.existing(), Durability.POWER_LOSS)
                : OpenLog.forReading(data.existing())) {
            LogAdmin admin = log.admin();
            List<Cut> cuts = cuts(admin);
            show(cuts, admin);
            if (!isExecuted) {
                console.say("Dry run: nothing was changed. With --execute it is done.");
                return ExitStatus.NOT_DONE;
            }
            SortedMap<TopicPartition, Long> offsets = new TreeMap<>();
            cuts.forEach(cut -> offsets.put(cut.partition(), cut.newStart()));
            admin.deleteRecords(offsets);
            console.say("Done. Their bytes go with their segments, once those hold nothing else.");
            return ExitStatus.DONE;
        }
    }

    /** What becomes of a partition: it starts at {@code start}, and will at {@code newStart}. */
    private record Cut(TopicPartition partition, long start, long newStart, long end) {
        long deleted() {
            return newStart - start;
        }

        /** How much of that a group has not read that has committed this. */
        long unread(Map<TopicPartition, Long> committed) {
            Long read = committed.get(partition);
            return read == null ? 0 : Math.max(0, newStart - Math.max(start, read));
        }
    }

    private List<Cut> cuts(LogAdmin admin) {
        TopicDescription topic = TopicReport.requireUsers(name, admin);
        if (!topic.settings().cleanup().deletes()) {
            throw new UnusableException(name
                    + " is compacted: it keeps the newest record of each key. Produce one without a value for a key that"
                    + " is to go, or let it delete as well with 'millrace topics alter --cleanup compact-and-delete'.");
        }
        SortedSet<Integer> chosen = new TreeSet<>(partitions);
        chosen.forEach(partition -> PartitionOption.check(partition, topic));
        if (chosen.isEmpty()) {
            IntStream.range(0, topic.partitions()).forEach(chosen::add);
        }
        long now = clock.millis();
        List<Cut> cuts = new ArrayList<>();
        for (int number : chosen) {
            TopicPartition partition = new TopicPartition(name, number);
            long start = admin.logStartOffset(partition);
            long wanted = before.resolve(admin, partition, now);
            long end = admin.endOffset(partition, Isolation.READ_COMMITTED);
            if (wanted > end) {
                throw new UnusableException("Partition " + partition + " has offsets " + start + " to " + end
                        + " that are decided: there is no " + wanted + " to delete up to.");
            }
            cuts.add(new Cut(partition, start, Math.max(start, wanted), end));
        }
        return cuts;
    }

    private void show(List<Cut> cuts, LogAdmin admin) {
        Table table = new Table("TOPIC", "PARTITION", "START", "NEW START", "END", "DELETED");
        for (Cut cut : cuts) {
            table.row()
                    .text(cut.partition().topic())
                    .number(cut.partition().partition())
                    .number(cut.start())
                    .number(cut.newStart())
                    .number(cut.end())
                    .number(cut.deleted());
        }
        Output out = console.output();
        json.print(table, out);
        out.flush();
        for (String group : admin.groups()) {
            Map<TopicPartition, Long> committed = admin.committedOffsets(group);
            long unread = cuts.stream().mapToLong(cut -> cut.unread(committed)).sum();
            if (unread > 0) {
                console.say("Group " + group + " has not read " + Numbers.count(unread, "offset") + " of that.");
            }
        }
    }
}
