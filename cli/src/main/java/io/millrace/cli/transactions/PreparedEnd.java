package io.millrace.cli.transactions;

import io.millrace.cli.command.Consent;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.UsageException;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Mixin of the two commands that decide about a prepared transaction. */
final class PreparedEnd {
    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final Consent consent = new Consent();

    @Parameters(paramLabel = "ID", description = "The transactional id.")
    private String transactionalId = "";

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description =
                    "Only if this is the name of the prepared transaction, as prepare() returned it and 'transactions"
                            + " describe' shows it; answered as before if it was ended already.")
    private @Nullable String name;

    int run(Console console, boolean commit) {
        Path directory = data.existing();
        Optional<PreparedTransaction> named = named();
        Found found = SeenTransactions.look(directory, transactions -> find(transactions, named.isPresent()));
        if (!isAgreed(console, found, commit)) {
            return ExitStatus.NOT_DONE;
        }
        TransactionOutcome outcome;
        try (EmbeddedLog log = OpenLog.forWriting(directory)) {
            outcome = end(log.transactions(), named, commit);
        }
        if (!found.endedByOpening.isEmpty()) {
            console.say("Aborted " + SeenTransactions.these(found.endedByOpening) + " of processes that are gone.");
        }
        TransactionOutcome asked = commit ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED;
        switch (outcome) {
            case COMMITTED, ABORTED ->
                console.say("The transaction of " + transactionalId + " is "
                        + outcome.name().toLowerCase(Locale.ROOT)
                        + (outcome == asked ? "." : ": that was decided before, and stands."));
            case FENCED ->
                console.say("This transaction of " + transactionalId
                        + " is not prepared, and how it ended is not remembered.");
            case RETRY -> console.say("The end could not be written. Run the same again.");
        }
        return outcome == asked ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private Optional<PreparedTransaction> named() {
        if (name == null) {
            return Optional.empty();
        }
        try {
            PreparedTransaction parsed = PreparedTransaction.parse(name);
            if (parsed.transactionalId().equals(transactionalId)) {
                return Optional.of(parsed);
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException("Invalid value for option '--as': " + e.getMessage(), e);
        }
        throw new UsageException("Invalid value for option '--as': " + name + " names a transaction of another id than "
                + transactionalId);
    }

    /** Shows what waits, and what else the opening of the log ends; asks if there is anything of either. */
    private boolean isAgreed(Console console, Found found, boolean commit) {
        if (found.isNothing()) {
            return true;
        }
        String question = (commit ? "Commit" : "Abort") + " this transaction, for good";
        Output out = console.output();
        if (!found.meant.isEmpty()) {
            SeenTransactions.table(found.meant).print(out);
        }
        out.flush();
        if (!found.endedByOpening.isEmpty()) {
            String others = SeenTransactions.these(found.endedByOpening);
            console.say("To end it the log is opened, which aborts " + others + " too:");
            SeenTransactions.table(found.endedByOpening).print(out);
            out.flush();
            question = found.meant.isEmpty() ? "Abort " + others : question + ", and abort " + others;
        }
        return consent.isGiven(console, question + "?");
    }

    /**
     * @param meant the transaction as it waits now; nothing if it is over
     * @param endedByOpening what nobody asked about
     */
    private record Found(List<HangingTransaction> meant, List<HangingTransaction> endedByOpening) {
        boolean isNothing() {
            return meant.isEmpty() && endedByOpening.isEmpty();
        }
    }

    private Found find(TransactionAdmin transactions, boolean mayBeOver) {
        TransactionDescription description = SeenTransactions.require(transactionalId, transactions);
        List<HangingTransaction> open = transactions.findHanging(Duration.ZERO);
        if (description.prepared().isEmpty()) {
            if (mayBeOver) {
                return new Found(List.of(), SeenTransactions.endedByOpening(open));
            }
            throw new UnusableException(
                    "No transaction of " + transactionalId + " is prepared: its state is " + description.state() + ".");
        }
        return new Found(
                open.stream()
                        .filter(transaction -> transaction.producerId() == description.producerId())
                        .toList(),
                SeenTransactions.endedByOpening(open));
    }

    private TransactionOutcome end(TransactionAdmin transactions, Optional<PreparedTransaction> named, boolean commit) {
        if (named.isPresent()) {
            return commit ? transactions.commitPrepared(named.get()) : transactions.abortPrepared(named.get());
        }
        return commit ? transactions.commitPrepared(transactionalId) : transactions.abortPrepared(transactionalId);
    }
}
