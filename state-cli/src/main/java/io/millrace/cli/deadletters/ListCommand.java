package io.millrace.cli.deadletters;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Table;
import io.millrace.cli.command.UsageException;
import io.millrace.dsl.deadletter.DeadLetter;
import io.millrace.dsl.deadletter.DeadLetterTopic;
import io.millrace.dsl.deadletter.Decision;
import io.millrace.log.EventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace dead-letters list}. */
@Command(
        name = "list",
        description = {
            "Lists the open letters of a topic: where each came from, how often it was tried, and why it failed.",
            "Without a topic, the topics that hold dead letters, and how many. Works beside the process that has the log open."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all was listed", "1:a partition could not be read", "2:there is no such topic"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace dead-letters list --data mine",
            "  millrace dead-letters list orders.dead-letters --data mine --error NumberFormat --max 10"
        })
final class ListCommand implements Callable<Integer> {
    private static final String[] LETTER = {
        "LETTER", "FAILED", "SOURCE", "PARTITION", "OFFSET", "ATTEMPTS", "REPLAYS", "DECISION", "KIND", "ERROR"
    };
    /** In JSON no letter waits for the next. */
    private static final int PAGE = 500;

    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final FilterOption filter = new FilterOption();

    @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "The topic of the dead letters.")
    private @Nullable String topic;

    @Option(names = "--decided", description = "Also those that were replayed or discarded.")
    private boolean isDecidedToo;

    @Option(
            names = "--max",
            paramLabel = "N",
            converter = MaxOption.class,
            description = "At most so many (default: 1000 for people, all with --json).")
    private @Nullable Long max;

    /** How many, as the value of an option. */
    static final class MaxOption extends Numbers.LongRange {
        MaxOption() {
            super(1, Long.MAX_VALUE);
        }
    }

    ListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        String chosen = topic;
        if (chosen == null && (filter.isGiven() || isDecidedToo || max != null)) {
            throw new UsageException("Name the topic whose letters are meant. Without one, the topics are listed.");
        }
        StopSignal stop = StopSignal.install();
        try (EventLog log = OpenLog.forReading(data.existing())) {
            Output out = console.output();
            int status = chosen == null ? listTopics(log, stop, out) : listLetters(log, chosen, stop, out);
            out.flush();
            return status;
        } finally {
            stop.done();
        }
    }

    private int listTopics(EventLog log, StopSignal stop, Output out) {
        List<String> unreadable = new ArrayList<>();
        List<String> names = DeadLetterTopic.namesIn(
                log, (partition, error) -> unreadable.add(partition + ": " + error.getMessage()));
        Table table = new Table("TOPIC", "OPEN", "REPLAYED", "DISCARDED");
        for (String name : names) {
            stop.check();
            Map<Decision, Long> counts = DeadLetterTopic.of(log, name).count();
            table.row()
                    .text(name)
                    .number(counts.getOrDefault(Decision.OPEN, 0L))
                    .number(counts.getOrDefault(Decision.REPLAYED, 0L))
                    .number(counts.getOrDefault(Decision.DISCARDED, 0L));
        }
        json.print(table, out);
        if (names.isEmpty() && unreadable.isEmpty()) {
            console.say("No topic holds dead letters.");
        }
        unreadable.forEach(each -> console.say("Not looked at: " + each));
        return unreadable.isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private int listLetters(EventLog log, String name, StopSignal stop, Output out) {
        long most = max != null ? max : json.isJson() ? Long.MAX_VALUE : 1_000;
        long[] counts = new long[2];
        Table[] page = {new Table(LETTER)};
        Topics.require(log, name).forEach(filter.filter(Set.of()), (letter, decision) -> {
            stop.check();
            if (decision != Decision.OPEN && !isDecidedToo) {
                counts[1]++;
                return true;
            }
            if (counts[0] == most) {
                counts[0]++;
                return false;
            }
            counts[0]++;
            add(letter, decision, page[0]);
            if (json.isJson() && counts[0] % PAGE == 0) {
                json.print(page[0], out);
                page[0] = new Table(LETTER);
            }
            return true;
        });
        json.print(page[0], out);
        if (counts[0] > most) {
            console.say("There are more; --max says how many are listed.");
        } else if (counts[0] == 0 && counts[1] > 0) {
            console.say(Numbers.count(counts[1], "letter") + " decided before; --decided shows "
                    + (counts[1] == 1 ? "it." : "them."));
        } else if (counts[0] == 0) {
            console.say(
                    filter.isGiven()
                            ? "No letter of topic " + name + " is meant."
                            : "Topic " + name + " holds no dead letters.");
        }
        return ExitStatus.DONE;
    }

    private static void add(DeadLetter letter, Decision decision, Table table) {
        Table.Row row =
                table.row().text(letter.id().toString()).time(letter.failure().timestamp());
        letter.origin()
                .ifPresentOrElse(
                        origin -> row.text(origin.topic())
                                .number(origin.partition())
                                .number(origin.offset()),
                        () -> row.missing().missing().missing());
        row.number(letter.failure().attempts())
                .number(letter.replays())
                .text(decision.name().toLowerCase(Locale.ROOT));
        letter.failure().kind().ifPresentOrElse(kind -> row.text(kind.text()), row::missing);
        row.text(Summaries.shown(letter.failure()), Summaries.whole(letter.failure()));
    }
}
