package io.millrace.cli.transactions;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.HumanDuration;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionFilter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code millrace transactions list}. */
@Command(
        name = "list",
        description =
                "Lists transactional ids with the state of their transactions. Works while another process has the log"
                        + " open.",
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            converter = StateConverter.class,
            description =
                    "Only those in one of these states, in capitals or not: Empty, Ongoing, Prepared, PrepareCommit,"
                            + " PrepareAbort, CompleteCommit, CompleteAbort.")
    private List<String> states = List.of();

    @Option(
            names = "--min-age",
            paramLabel = "DURATION",
            converter = HumanDuration.Converter.class,
            description = "Only those whose transaction has been open for this long, such as 5m.")
    private Duration minimumAge = Duration.ZERO;

    @Option(names = "--id", paramLabel = "PREFIX", description = "Only ids that begin like this.")
    private String idPrefix = "";

    ListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        TransactionFilter filter = TransactionFilter.all()
                .withStates(Set.copyOf(states))
                .withMinimumAge(minimumAge)
                .withIdPrefix(idPrefix);
        Table table = new Table("TRANSACTIONAL ID", "STATE", "PRODUCER", "EPOCH", "AGE", "PARTITIONS");
        for (TransactionDescription description :
                SeenTransactions.look(data.existing(), transactions -> transactions.list(filter))) {
            table.row()
                    .text(description.transactionalId())
                    .text(description.state())
                    .number(description.producerId())
                    .number(description.producerEpoch())
                    .duration(description.age())
                    .texts(description.partitions().stream()
                            .sorted()
                            .map(TopicPartition::toString)
                            .toList());
        }
        Output out = console.output();
        json.print(table, out);
        out.flush();
        return ExitStatus.DONE;
    }

    static final class StateConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return TransactionFilter.STATES.stream()
                    .filter(text.strip()::equalsIgnoreCase)
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + text + "' is not one of " + String.join(", ", TransactionFilter.STATES)));
        }
    }
}
