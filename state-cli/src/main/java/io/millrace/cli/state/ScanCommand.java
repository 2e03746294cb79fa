package io.millrace.cli.state;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.UsageException;
import io.millrace.serde.BytesView;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StoredPartition;
import io.millrace.state.time.StoredEntryReader;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace state scan}. */
@Command(
        name = "scan",
        description = {
            "Prints the entries of a store, partition by partition: partition, key, times if it has any, and value, divided by tabs. Within a"
                    + " partition they come in the order of the bytes of their keys; those of windows, records and older sessions and versions in"
                    + " the order of their times, however --from, --to and --prefix choose among their keys.",
            "What was committed since the store's position is not seen, see 'millrace state stats'. What has expired and is not removed yet,"
                    + " is. Works beside the owner."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:everything was printed",
            "1:it is damaged",
            "2:there is no such store or partition, or an option cannot be used"
        })
final class ScanCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final StateOption state = new StateOption();

    @Parameters(paramLabel = "STORE", description = "Which store.")
    private String store = "";

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            split = ",",
            description = "Only these partitions (default: all).")
    private List<Integer> partitions = List.of();

    @Option(names = "--from", paramLabel = "KEY", description = "Only this key and those whose bytes come after it.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "KEY", description = "Only keys whose bytes come before those of this one.")
    private @Nullable String to;

    @Option(names = "--prefix", paramLabel = "KEY", description = "Only keys whose bytes begin with these.")
    private @Nullable String prefix;

    @Option(names = "--reverse", description = "From the last one to the first in each partition.")
    private boolean isReversed;

    @Option(
            names = {"-n", "--max"},
            paramLabel = "N",
            description = "Stop after so many entries.")
    private @Nullable Long most;

    @Mixin
    private final FormatOption formats = new FormatOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    ScanCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (prefix != null && (from != null || to != null)) {
            throw new UsageException("--prefix excludes --from and --to.");
        }
        if (most != null && most < 1) {
            throw new UsageException("--max is at least 1.");
        }
        formats.check();
        StopSignal stop = StopSignal.install();
        try (States states = state.open()) {
            States.Found found = states.store(store);
            Output out = console.output();
            EntryPrinter printer = new EntryPrinter(found, formats, json, out);
            KeyRange keys = keys(printer.keys());
            boolean isByKey = formats.isRaw() || StoredEntryReader.isByKey(found.manifest());
            long left = most == null ? Long.MAX_VALUE : most;
            long count = 0;
            for (StoredPartition stored : found.partitions(partitions)) {
                long printed = new EntryScan(found, stored.partition(), printer, stop)
                        .run(
                                isByKey ? keys : KeyRange.all(),
                                isByKey ? key -> true : within(keys),
                                isReversed ? ScanDirection.BACKWARD : ScanDirection.FORWARD,
                                left);
                count += printed;
                left -= printed;
            }
            out.flush();
            states.tellForeign(console);
            if (count == 0) {
                states.tellPassedOver(console);
            }
            console.say(String.format(
                    Locale.ROOT,
                    "%s%,d %s.",
                    stop.isRequested() ? "Stopped. " : "",
                    count,
                    count == 1 ? "entry" : "entries"));
            return ExitStatus.DONE;
        } finally {
            stop.done();
        }
    }

    private KeyRange keys(FieldText format) {
        if (prefix != null) {
            return KeyRange.startingWith(format.parse("--prefix", prefix));
        }
        return KeyRange.between(
                from == null ? null : format.parse("--from", from), to == null ? null : format.parse("--to", to));
    }

    private static Predicate<BytesView> within(KeyRange keys) {
        BytesView first = keys.from();
        BytesView end = keys.to();
        return key -> (first == null || key.compareTo(first) >= 0) && (end == null || key.compareTo(end) < 0);
    }
}
