package io.millrace.cli.state;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Table;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.UsageException;
import io.millrace.cli.state.Verdict.Judgement;
import io.millrace.log.EventLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
            "1:something is not, or cannot be compared, or files are damaged; the rest is compared all the same",
            "2:there is no such state, store, partition or log"
        })
final class VerifyCommand implements Callable<Integer> {
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
    private final List<String> complaints = new ArrayList<>();
    private final Map<Judgement, Integer> counts = new EnumMap<>(Judgement.class);

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
        formats.check();
        first.clear();
        complaints.clear();
        counts.clear();
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
        List<States.Found> stores = states.stores(names);
        stores.forEach(found -> checkOwner(found, log));
        try (ScratchDirectory gathered = ScratchDirectory.create(scratch)) {
            for (States.Found found : stores) {
                PartitionCheck.Context context = new PartitionCheck.Context(
                        log,
                        gathered.path(),
                        stop,
                        clock.instant(),
                        (partition, percent) -> progress(found, partition, percent));
                new StoreCheck(found, partitions, this::keep, complaints::add)
                        .run(context, (partition, position, verdict) -> {
                            counts.merge(verdict.outcome().judgement(), 1, Integer::sum);
                            add(found, partition, position, verdict, table);
                        });
            }
        }
        report(table);
        states.tellPassedOver(console);
        boolean isWhole = states.tellDamage(console) && complaints.isEmpty();
        return isWhole && count(Judgement.WRONG) + count(Judgement.NONE) == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private static void checkOwner(States.Found found, EventLog log) {
        found.state().foreign(log).ifPresent(foreign -> {
            throw new UnusableException(
                    foreign + ". Name the directory of its log with --data, and with --state its own.");
        });
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

    private void report(Table table) {
        say("");
        Output out = console.output();
        json.print(table, out);
        if (!first.isEmpty()) {
            new DifferencePrinter(formats).print(first, json, out);
        }
        out.flush();
        complaints.forEach(console::say);
        int wrong = count(Judgement.WRONG);
        int unknown = count(Judgement.NONE);
        int compared = wrong + unknown + count(Judgement.RIGHT);
        if (wrong > 0) {
            console.say(wrong + " of " + partitions(compared, "is", "are")
                    + " not what the changelog says. End the application, move the directory of its state away and keep it, and"
                    + " start the application again: the state is built anew from the log.");
        }
        if (unknown > 0) {
            console.say(
                    unknown + " of " + partitions(compared, "was", "were")
                            + " not compared. Where a transaction is not ended, run this again after the application was opened once.");
        }
        if (compared == 0 && complaints.isEmpty()) {
            console.say(
                    "There was nothing to compare: no partition of a store is on the disk yet. What an application has committed is in"
                            + " its memory and in its log until it is first flushed.");
        } else if (wrong + unknown == 0 && complaints.isEmpty()) {
            console.say("Nothing is wrong with " + partitions(compared, "", "").strip() + ".");
        }
    }

    private static String partitions(int count, String one, String many) {
        return Numbers.count(count, "partition") + " " + (count == 1 ? one : many);
    }

    private int count(Judgement judgement) {
        return counts.getOrDefault(judgement, 0);
    }

    private void progress(States.Found found, int partition, int percent) {
        say(found.store() + ", partition " + partition + ": " + percent + " % of the changelog");
    }

    /** A line that the next one writes over. */
    private void say(String line) {
        if (console.isWatched()) {
            console.messages().print("\r\u001b[K" + line);
            console.messages().flush();
        }
    }
}
