package io.millrace.cli.transactions;

import io.millrace.cli.command.Table;
import io.millrace.cli.command.UnusableException;
import io.millrace.log.embedded.ReadOnlyLog;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.embedded.ReadOnlyTransactions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The transactions of a log, whoever has it open. */
final class SeenTransactions {
    private SeenTransactions() {}

    /** Asks what the files say. */
    static <T> T look(Path directory, Function<TransactionAdmin, T> question) {
        World world = SystemWorld.openExisting(directory);
        try (ReadOnlyLog log = ReadOnlyLog.open(world)) {
            return question.apply(ReadOnlyTransactions.of(log, world.clock()));
        }
    }

    /** The transactional id. @throws UnusableException if it is not known */
    static TransactionDescription require(String transactionalId, TransactionAdmin transactions) {
        return transactions
                .describe(transactionalId)
                .orElseThrow(() -> new UnusableException("There is no transactional id " + transactionalId
                        + ". 'millrace transactions list' says which there are."));
    }

    /** Those that any opening of the log to change it aborts, whatever it is opened for. */
    static List<HangingTransaction> endedByOpening(List<HangingTransaction> open) {
        return open.stream().filter(SeenTransactions::isEndedByOpening).toList();
    }

    static boolean isEndedByOpening(HangingTransaction transaction) {
        return transaction.state().equals("Ongoing") || transaction.isOrphaned();
    }

    /** {@code this transaction} or {@code these n transactions}. */
    static String these(List<HangingTransaction> transactions) {
        return transactions.size() == 1 ? "this transaction" : "these " + transactions.size() + " transactions";
    }

    /** A row for each partition of each transaction. */
    static Table table(List<HangingTransaction> transactions) {
        Table table =
                new Table("TRANSACTIONAL ID", "STATE", "PRODUCER", "EPOCH", "AGE", "PARTITION", "FIRST OFFSET", "LAG");
        for (HangingTransaction transaction : transactions) {
            if (transaction.partitions().isEmpty()) {
                begin(table, transaction).missing().missing().missing();
            }
            for (HangingTransaction.Open open : transaction.partitions()) {
                begin(table, transaction)
                        .text(open.topicPartition().toString())
                        .number(open.firstOffset())
                        .number(open.lag());
            }
        }
        return table;
    }

    private static Table.Row begin(Table table, HangingTransaction transaction) {
        Table.Row row = table.row();
        if (transaction.transactionalId().isPresent()) {
            row.text(transaction.transactionalId().get());
        } else {
            row.missing();
        }
        return row.text(transaction.state())
                .number(transaction.producerId())
                .number(transaction.producerEpoch())
                .duration(transaction.age());
    }
}
