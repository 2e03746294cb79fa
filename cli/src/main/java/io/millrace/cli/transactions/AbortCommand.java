package io.millrace.cli.transactions;

import io.millrace.cli.command.Consent;
import io.millrace.cli.command.Console;
import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.UnusableException;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace transactions abort}. */
@Command(
        name = "abort",
        description =
                "Aborts the transactions of a log whose process is gone. Opening the log does that to all that are not"
                        + " prepared, so all of them are shown first.",
        mixinStandardHelpOptions = true)
final class AbortCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final Consent consent = new Consent();

    @Parameters(paramLabel = "ID", description = "The transactional id whose transaction is to end.")
    private String transactionalId = "";

    AbortCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path directory = data.existing();
        List<HangingTransaction> open = SeenTransactions.look(directory, transactions -> {
            SeenTransactions.require(transactionalId, transactions);
            return transactions.findHanging(Duration.ZERO);
        });
        HangingTransaction meant = open.stream()
                .filter(transaction -> transaction
                        .transactionalId()
                        .filter(transactionalId::equals)
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> new UnusableException(
                        "No transaction of " + transactionalId + " is open: there is nothing to abort."));
        if (!SeenTransactions.isEndedByOpening(meant)) {
            throw new UnusableException(refusal(meant));
        }
        List<HangingTransaction> ended = SeenTransactions.endedByOpening(open);
        Output out = console.output();
        SeenTransactions.table(ended).print(out);
        out.flush();
        String what = SeenTransactions.these(ended);
        if (!consent.isGiven(console, "Abort " + what + "?")) {
            return ExitStatus.NOT_DONE;
        }
        try (EmbeddedLog log = OpenLog.forWriting(directory)) {
            log.transactions().abort(transactionalId);
        }
        console.say("Aborted " + what + ".");
        return ExitStatus.DONE;
    }

    private String refusal(HangingTransaction meant) {
        return "The transaction of " + transactionalId + " is " + meant.state()
                + (meant.state().equals("Prepared")
                        ? ": a resource outside takes part in it, and has decided or will. 'millrace transactions abort-prepared "
                                + transactionalId + "' or 'commit-prepared " + transactionalId
                                + "' ends it as that one says."
                        : ": how it ends is decided already. 'millrace transactions find-hanging --help' says what ends it.");
    }
}
