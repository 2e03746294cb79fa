package io.millrace.examples;

import io.millrace.cli.command.Subcommand;
import io.millrace.cli.command.UnusableException;
import io.millrace.dsl.RecordSource;
import io.millrace.examples.fraud.FraudAlerts;
import io.millrace.examples.leaderboard.Leaderboard;
import io.millrace.examples.local.ApplicationEndedException;
import io.millrace.examples.local.ExampleData;
import io.millrace.examples.log.Payments;
import io.millrace.examples.orders.OrderTotals;
import io.millrace.examples.words.WordCount;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace example}: one subcommand for each small program. */
@Command(
        name = "example",
        description = "Runs one of the small programs that show how Millrace is used.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "EXAMPLE")
public final class ExampleCommand implements Runnable, Subcommand {
    private static final String FILE =
            "Its name says how far it was read: the same file with more lines goes on behind those that it had.";

    @Spec
    private @Nullable CommandSpec spec;

    @Command(
            name = "log",
            description =
                    "Writes three payments to a topic, reads them as a member of a group, and commits; see Payments.java.",
            mixinStandardHelpOptions = true)
    void log(@Mixin ExampleData data) {
        Payments.run(data.directory(), out()::println);
        out().flush();
    }

    @Command(
            name = "word-count",
            description =
                    "Counts the words of a text, or of three proverbs, on top of what it counted before; see WordCount.java.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExamples:%n",
            footer = {
                "  millrace example word-count --data /tmp/words --text README.md",
                "  millrace consume counts --data /tmp/words --value-format int64    what it told on the way"
            })
    void wordCount(
            @Mixin ExampleData data,
            @Option(names = "--text", paramLabel = "FILE", description = "The text, in UTF-8.") @Nullable Path text) {
        List<String> lines = text == null ? WordCount.PROVERBS : readLines(text);
        WordCount.run(data.directory(), lines, out()::println);
        out().flush();
    }

    @Command(
            name = "order-totals",
            description =
                    "Adds up orders for each customer and hour of event time, tells of each hour once, when it is over, and of orders"
                            + " that came too late: windows with grace, final results, a side output, records that Kryo writes; see"
                            + " OrderTotals.java.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExamples:%n",
            footer = {
                "  millrace example order-totals --data /tmp/totals                           generated orders",
                "  millrace example order-totals --data /tmp/totals --orders orders.csv       on top of them"
            })
    void orderTotals(
            @Mixin ExampleData data,
            @Option(
                            names = "--orders",
                            paramLabel = "FILE",
                            description = "CSV with the header " + OrderTotals.HEADER
                                    + ", such as alice,12.50,2026-01-05T09:03:00Z,tea milk. " + FILE)
                    @Nullable Path orders) {
        List<OrderTotals.Order> read = orders == null ? OrderTotals.generated() : OrderTotals.read(orders);
        String source = sourceOf(orders);
        OrderTotals.run(data.directory(), source, () -> RecordSource.of(read), out()::println);
        out().flush();
    }

    @Command(
            name = "fraud-alerts",
            description =
                    "Finds cards that pay in two countries within an hour, and tells of each pair of countries once a day: a join of a"
                            + " stream with itself, and deduplicate; see FraudAlerts.java.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExamples:%n",
            footer = {
                "  millrace example fraud-alerts --data /tmp/fraud                            generated payments",
                "  millrace example fraud-alerts --data /tmp/fraud --payments payments.csv    beside them"
            })
    void fraudAlerts(
            @Mixin ExampleData data,
            @Option(
                            names = "--payments",
                            paramLabel = "FILE",
                            description = "CSV with the header " + FraudAlerts.HEADER
                                    + ", such as 4711,FR,12.50,2026-01-05T09:03:00Z. " + FILE)
                    @Nullable Path payments) {
        List<FraudAlerts.Payment> read = payments == null ? FraudAlerts.generated() : FraudAlerts.read(payments);
        String source = sourceOf(payments);
        FraudAlerts.run(data.directory(), source, () -> RecordSource.of(read), out()::println);
        out().flush();
    }

    @Command(
            name = "leaderboard",
            description =
                    "Finds the best sessions of a game's players, country by country: session windows, a global table of the players, and"
                            + " a list for each country; see Leaderboard.java.",
            mixinStandardHelpOptions = true,
            footerHeading = "%nExamples:%n",
            footer = {
                "  millrace example leaderboard --data /tmp/games                             generated games",
                "  millrace example leaderboard --data /tmp/games --games games.csv --players players.csv"
            })
    void leaderboard(
            @Mixin ExampleData data,
            @Option(
                            names = "--games",
                            paramLabel = "FILE",
                            description = "CSV with the header " + Leaderboard.GAMES_HEADER
                                    + ", such as player-1,250,2026-01-05T18:03:00Z. " + FILE)
                    @Nullable Path games,
            @Option(
                            names = "--players",
                            paramLabel = "FILE",
                            description =
                                    "CSV with the header " + Leaderboard.PLAYERS_HEADER
                                            + ", such as player-1,Ada,AT; else ten are made up. Whoever is in no list is of no known country.")
                    @Nullable Path players) {
        List<Leaderboard.Game> read = games == null ? Leaderboard.generatedGames() : Leaderboard.readGames(games);
        List<Leaderboard.Player> listed =
                players == null ? Leaderboard.generatedPlayers() : Leaderboard.readPlayers(players);
        String source = sourceOf(games);
        Leaderboard.run(data.directory(), listed, source, () -> RecordSource.of(read), out()::println);
        out().flush();
    }

    /** A file is known by its name, which says how far it was read. */
    private static String sourceOf(@Nullable Path file) {
        if (file == null) {
            return "generated";
        }
        String name = String.valueOf(file.getFileName());
        if (!name.matches("[a-zA-Z0-9._-]{1,90}")) {
            throw new UnusableException(
                    "Cannot read " + file
                            + ": a file is known by its name, which has up to 90 characters of a-z, A-Z, 0-9, '.', '_' and '-'. Copy it to such a name.");
        }
        return "file-" + name;
    }

    private static List<String> readLines(Path text) {
        try {
            return Files.readAllLines(text);
        } catch (IOException e) {
            throw new UnusableException("The text " + text + " cannot be read as UTF-8: " + e, e);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec().commandLine(), "Say which example to run, such as: millrace example log --data /tmp/payments");
    }

    @Override
    public boolean foresees(Exception failure) {
        return failure instanceof ApplicationEndedException;
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "spec");
    }
}
