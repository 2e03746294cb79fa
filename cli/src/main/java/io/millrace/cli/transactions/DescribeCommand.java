package io.millrace.cli.transactions;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionDescription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace transactions describe}. */
@Command(
        name = "describe",
        description =
                "Describes the transaction of an id: who has it, where it wrote, and how far read-committed readers are"
                        + " behind there. PREPARED AS names a transaction that waits for its decision. Works while another process has"
                        + " the log open.",
        mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(paramLabel = "ID", description = "The transactional id.")
    private String transactionalId = "";

    DescribeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Table table = SeenTransactions.look(data.existing(), this::describe);
        Output out = console.output();
        json.print(table, out);
        out.flush();
        return ExitStatus.DONE;
    }

    private Table describe(TransactionAdmin transactions) {
        TransactionDescription description = SeenTransactions.require(transactionalId, transactions);
        Table table = new Table("STATE", "PRODUCER", "EPOCH", "AGE", "PREPARED AS", "PARTITION", "FIRST OFFSET", "LAG");
        List<HangingTransaction.Open> written = transactions.findHanging(Duration.ZERO).stream()
                .filter(open ->
                        open.transactionalId().filter(transactionalId::equals).isPresent())
                .flatMap(open -> open.partitions().stream())
                .toList();
        if (written.isEmpty()) {
            begin(table, description).missing().missing().missing();
        }
        for (HangingTransaction.Open open : written) {
            begin(table, description)
                    .text(open.topicPartition().toString())
                    .number(open.firstOffset())
                    .number(open.lag());
        }
        return table;
    }

    private static Table.Row begin(Table table, TransactionDescription description) {
        Table.Row row = table.row()
                .text(description.state())
                .number(description.producerId())
                .number(description.producerEpoch())
                .duration(description.age());
        return description
                .prepared()
                .map(PreparedTransaction::toString)
                .map(row::text)
                .orElseGet(row::missing);
    }
}
