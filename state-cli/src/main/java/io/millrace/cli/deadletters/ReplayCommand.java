package io.millrace.cli.deadletters;

import io.millrace.cli.command.Consent;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.dsl.deadletter.DeadLetterDesk;
import io.millrace.dsl.deadletter.DeadLetterFilter;
import io.millrace.dsl.deadletter.DeadLetterTopic;
import io.millrace.log.EventLog;
import io.millrace.transactions.TransactionalLog;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace dead-letters replay}. */
@Command(
        name = "replay",
        description = {
            "Puts the records of open letters back at the end of the partition that each came from, with their own key, value, timestamp and headers and"
                    + " millrace.replays, so that the application reads them again. Each goes back once, whatever is killed meanwhile.",
            "Records of the same key that came later were processed before: a replay mends what was left out, not the order."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace dead-letters replay orders.dead-letters 0:12 --data mine        says what it would do, and asks",
            "  millrace dead-letters replay orders.dead-letters --all --data mine --yes"
        })
final class ReplayCommand implements Callable<Integer> {
    private final Console console;
    private final InstantSource clock;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final Consent consent = new Consent();

    @Mixin
    private final ChoiceOption choice = new ChoiceOption();

    @Option(
            names = "--to",
            paramLabel = "TOPIC",
            description = "Put all of them into this topic instead, spread over its partitions by key.")
    private @Nullable String to;

    ReplayCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        DeadLetterFilter filter = choice.filter();
        Optional<String> target = Optional.ofNullable(to);
        SortedMap<String, Long> plan;
        try (EventLog log = OpenLog.forReading(data.existing())) {
            DeadLetterTopic topic = Topics.require(log, choice.topic());
            Topics.requireLetters(topic, filter.ids());
            plan = topic.planReplay(filter, target);
        }
        long letters = plan.values().stream().mapToLong(Long::longValue).sum();
        if (letters == 0) {
            console.say("No open letter is meant: nothing is to be done.");
            return ExitStatus.DONE;
        }
        Table table = new Table("TO", "LETTERS");
        plan.forEach((topic, count) -> table.row().text(topic).number(count));
        Output out = console.output();
        table.print(out);
        out.flush();
        if (!consent.isGiven(console, "Replay " + Numbers.count(letters, "letter") + "?")) {
            return ExitStatus.NOT_DONE;
        }
        try (TransactionalLog log = OpenLog.forWriting(data.existing());
                DeadLetterDesk desk = DeadLetterDesk.open(log, choice.topic(), clock)) {
            long replayed = desk.replay(filter, target, Progress.of(console, "Replayed", letters));
            console.say("Replayed " + Numbers.count(replayed, "letter") + ".");
        }
        return ExitStatus.DONE;
    }
}
