package io.millrace.cli.state;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Table;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.UsageException;
import io.millrace.cli.state.Verdict.Outcome;
import io.millrace.dsl.plan.Changelog;
import io.millrace.log.EventLog;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.state.StateBackend;
import io.millrace.state.StoredPartition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace state verify}. */
@Command(
        name = "verify",
        description = {
            "Compares each partition of each store, entry by entry, with what the committed records of its changelog before its position say."
                    + " Changes nothing, works beside the owner, and holds no store in memory: what a changelog says is gathered in a temporary"
                    + " directory, which takes about as much room as the largest partition.",
            "What was replaced behind the position may have been compacted away before it: such entries, and those of state that nobody had"
                    + " for so long that the changelog may have forgotten deletions, are counted as unjudged if the changelog has nothing of"
                    + " them."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything is what the changelogs say",
            "1:something is not, or cannot be compared, or files are damaged",
            "2:there is no such state, store, partition or log"
        })
final class VerifyCommand implements Callable<Integer> {
    private static final int MOST_SHOWN = 80;

    private final Console console;
    private final InstantSource clock;

    @Mixin
    private final StateOption state = new StateOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(paramLabel = "STORE", arity = "0..*", description = "Only these stores.")
    private List<String> names = List.of();

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            split = ",",
            description = "Only these partitions (default: all).")
    private List<Integer> partitions = List.of();

    @Option(
            names = {"-n", "--max"},
            paramLabel = "N",
            defaultValue = "10",
            description = "Print so many differences; all are counted (default: ${DEFAULT-VALUE}).")
    private long most;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description =
                    "An existing directory for what is gathered meanwhile (default: the system's for temporary files).")
    private @Nullable Path scratch;

    @Mixin
    private final FormatOption formats = new FormatOption();

    private final List<Difference> first = new ArrayList<>();

    VerifyCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        if (most < 0) {
            throw new UsageException("--max is 0 or more.");
        }
        if (scratch != null && !Files.isDirectory(scratch)) {
            throw new UnusableException("There is no directory " + scratch + ". Name one that exists with --scratch.");
        }
        first.clear();
        StopSignal stop = StopSignal.install();
        try (States states = state.open()) {
            return verify(states, stop);
        } catch (StopSignal.StoppedException e) {
            say("Stopped: not everything was compared.");
            return ExitStatus.FAILED;
        } finally {
            stop.done();
        }
    }

    private int verify(States states, StopSignal stop) {
        EventLog log = states.log()
                .orElseThrow(() -> new UnusableException(
                        "Say where the log is that this state follows: with --data DIR, besides --state."));
        Table table = new Table(
                "STORE", "PARTITION", "POSITION", "ENTRIES", "DIFFERENCES", "UNJUDGED", "RESULT", "DIRECTORY");
        int compared = 0;
        int wrong = 0;
        try (ScratchDirectory gathered = ScratchDirectory.create(scratch)) {
            for (States.Found found : states.stores(names)) {
                TopicDescription changelog = changelog(found, log);
                for (StoredPartition stored : found.partitions(partitions)) {
                    PartitionCheck.Context context = new PartitionCheck.Context(
                            log, gathered.path(), stop, clock.instant(), percent -> progress(found, stored, percent));
                    Verdict verdict = new PartitionCheck(
                                    context,
                                    found,
                                    stored,
                                    new TopicPartition(changelog.name(), stored.partition()),
                                    this::keep)
                            .run();
                    add(found, stored.partition(), OptionalLong.of(stored.position()), verdict, table);
                    compared++;
                    wrong += verdict.outcome().isRight() ? 0 : 1;
                }
                for (int partition : unpositioned(found, changelog)) {
                    add(found, partition, OptionalLong.empty(), Verdict.without(Outcome.NO_POSITION), table);
                    compared++;
                    wrong++;
                }
            }
        }
        report(states, table, compared, wrong);
        return wrong == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private static TopicDescription changelog(States.Found found, EventLog log) {
        List<String> applications = found.state().applications();
        String where = found.state().directory().toString();
        Optional<String> owner = found.state().rocks().logId();
        if (owner.isPresent() && !owner.get().equals(log.logId())) {
            throw new UnusableException(
                    "The state in " + where + " belongs to log " + owner.get() + ", and this is log " + log.logId()
                            + ". Name the directory of its log with --data, and with --state its own.");
        }
        if (applications.size() > 1) {
            throw new UnusableException("The state in " + where + " may be that of any of " + applications
                    + ", by the changelogs that there are. Choose one with --application.");
        }
        return applications.stream()
                .findFirst()
                .flatMap(application -> log.admin().describeTopic(Changelog.topic(application, found.store())))
                .orElseThrow(() -> new UnusableException("Store " + found.store() + " in " + where
                        + " has no changelog in this log, so there is nothing to compare it with. Name other stores."));
    }

    /** Partitions with entries, of which nothing says what they stand for. */
    private List<Integer> unpositioned(States.Found found, TopicDescription changelog) {
        List<Integer> positioned = found.partitions(List.of()).stream()
                .map(StoredPartition::partition)
                .toList();
        List<Integer> without = new ArrayList<>();
        for (int partition = 0; partition < changelog.partitions(); partition++) {
            boolean isMeant = partitions.isEmpty() || partitions.contains(partition);
            if (isMeant && !positioned.contains(partition) && hasEntries(found, partition)) {
                without.add(partition);
            }
        }
        return without;
    }

    private static boolean hasEntries(States.Found found, int partition) {
        boolean[] isThere = {false};
        try (StateBackend.Reader reader = found.state().rocks().newReader(partition)) {
            reader.scan(found.state().rocks().number(found.store()), (key, value) -> {
                isThere[0] = true;
                return false;
            });
        }
        return isThere[0];
    }

    private void keep(Difference difference) {
        if (first.size() < most) {
            first.add(difference);
        }
    }

    private static void add(States.Found found, int partition, OptionalLong position, Verdict verdict, Table table) {
        table.row()
                .text(found.store())
                .number(partition)
                .number(position)
                .number(verdict.entries())
                .number(verdict.differences())
                .number(verdict.unjudged())
                .text(verdict.outcome().text())
                .text(found.state().directory().toString());
    }

    private void report(States states, Table table, int compared, int wrong) {
        say("");
        Output out = console.output();
        json.print(table, out);
        if (!first.isEmpty()) {
            if (!json.isJson()) {
                out.line("");
            }
            json.print(differences(states), out);
        }
        out.flush();
        if (wrong == 0) {
            console.say("Nothing is wrong with " + compared + (compared == 1 ? " partition." : " partitions."));
        } else {
            console.say(wrong + " of " + compared
                    + (compared == 1 ? " partition is" : " partitions are")
                    + " not what the changelog says. End the application, move the directory of its state away and keep it, and"
                    + " start the application again: the state is built anew from the log. What cannot be compared is compared"
                    + " again after the application was opened once.");
        }
    }

    private Table differences(States states) {
        Table table = new Table("STORE", "PARTITION", "DIFFERENCE", "KEY", "STATE", "CHANGELOG");
        for (Difference difference : first) {
            States.Found found = states.store(difference.store());
            FieldText keys = formats.keys(found.manifest());
            FieldText values = formats.values(found.manifest());
            Table.Row row = table.row()
                    .text(difference.store())
                    .number(difference.partition())
                    .text(difference.what());
            cell(row, difference.key(), keys);
            cell(row, difference.inState(), values);
            cell(row, difference.inChangelog(), values);
        }
        return table;
    }

    private static void cell(Table.Row row, @Nullable BytesView bytes, FieldText text) {
        if (bytes == null) {
            row.missing();
            return;
        }
        String whole = text.show(bytes);
        row.text(whole.length() > MOST_SHOWN ? whole.substring(0, MOST_SHOWN) + "…" : whole, whole);
    }

    private void progress(States.Found found, StoredPartition stored, int percent) {
        say(found.store() + ", partition " + stored.partition() + ": " + percent + " % of the changelog");
    }

    /** A line that the next one writes over. */
    private void say(String line) {
        if (console.isWatched()) {
            console.messages().print("\r\u001b[K" + line);
            console.messages().flush();
        }
    }
}
