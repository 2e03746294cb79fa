package io.millrace.cli.deadletters;

import io.millrace.cli.command.Consent;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.OpenLog;
import io.millrace.dsl.deadletter.DeadLetterDesk;
import io.millrace.dsl.deadletter.DeadLetterFilter;
import io.millrace.dsl.deadletter.DeadLetterTopic;
import io.millrace.log.EventLog;
import io.millrace.transactions.TransactionalLog;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace dead-letters discard}. */
@Command(
        name = "discard",
        description =
                "Gives open letters up: they are not listed any more, and not replayed. They stay in their topic for as long as its settings say, and"
                        + " 'list --decided' shows them.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace dead-letters discard orders.dead-letters --error negative --data mine",
            "  millrace dead-letters discard orders.dead-letters 0:12 1:7 --data mine --yes"
        })
final class DiscardCommand implements Callable<Integer> {
    private final Console console;
    private final InstantSource clock;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final Consent consent = new Consent();

    @Mixin
    private final ChoiceOption choice = new ChoiceOption();

    DiscardCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        DeadLetterFilter filter = choice.filter();
        long letters;
        try (EventLog log = OpenLog.forReading(data.existing())) {
            DeadLetterTopic topic = Topics.require(log, choice.topic());
            Topics.requireLetters(topic, filter.ids());
            letters = topic.planDiscard(filter);
        }
        if (letters == 0) {
            console.say("No open letter is meant: nothing is to be done.");
            return ExitStatus.DONE;
        }
        console.say(Numbers.count(letters, "letter") + " would be given up.");
        if (!consent.isGiven(console, "Discard " + (letters == 1 ? "it" : "them") + ", for good?")) {
            return ExitStatus.NOT_DONE;
        }
        try (TransactionalLog log = OpenLog.forWriting(data.existing());
                DeadLetterDesk desk = DeadLetterDesk.open(log, choice.topic(), clock)) {
            long discarded = desk.discard(filter, Progress.of(console, "Discarded", letters));
            console.say("Discarded " + Numbers.count(discarded, "letter") + ".");
        }
        return ExitStatus.DONE;
    }
}
