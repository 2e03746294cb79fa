package io.millrace.cli.deadletters;

import io.millrace.cli.command.UsageException;
import io.millrace.dsl.deadletter.DeadLetterFilter;
import io.millrace.dsl.deadletter.LetterId;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Mixin of commands that decide about letters: which, in so many words. */
final class ChoiceOption {
    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic of the dead letters.")
    private String topic = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "LETTER",
            converter = FilterOption.LetterConverter.class,
            description = "Which letters, as PARTITION:OFFSET.")
    private List<LetterId> letters = List.of();

    @Option(names = "--all", description = "All that are open.")
    private boolean isAll;

    @Mixin
    private final FilterOption filter = new FilterOption();

    String topic() {
        return topic;
    }

    /** @throws UsageException if nothing was chosen, or two things that do not go together */
    DeadLetterFilter filter() {
        if (letters.isEmpty() && !isAll && !filter.isGiven()) {
            throw new UsageException(
                    "Say which letters: some by PARTITION:OFFSET, those of a --source or an --error, or --all.");
        }
        if (isAll && !letters.isEmpty()) {
            throw new UsageException("Name letters, or say --all.");
        }
        return filter.filter(new LinkedHashSet<>(letters));
    }
}
