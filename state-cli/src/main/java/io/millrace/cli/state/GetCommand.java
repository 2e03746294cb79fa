package io.millrace.cli.state;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.StopSignal;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.StoredPartition;
import io.millrace.state.time.StoredEntryReader;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace state get}. */
@Command(
        name = "get",
        description = {
            "Prints what a store has of a key: partition, key and value, divided by tabs; of stores of windows, sessions, records and versions"
                    + " all that it has of the key, with their times, which takes reading all of the store.",
            "What was committed since the store's position is not seen, see 'millrace state stats'. What has expired and is not removed yet,"
                    + " is. Works beside the owner."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it has something",
            "1:it has nothing of the key, or is damaged",
            "2:there is no such store or partition, or the key is none"
        })
final class GetCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final StateOption state = new StateOption();

    @Mixin
    private final FormatOption formats = new FormatOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(index = "0", paramLabel = "STORE", description = "Which store.")
    private String store = "";

    @Parameters(index = "1", paramLabel = "KEY", description = "Which key, in the format of keys.")
    private String key = "";

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            split = ",",
            description = "Only these partitions (default: all).")
    private List<Integer> partitions = List.of();

    GetCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        formats.check();
        StopSignal stop = StopSignal.install();
        try (States states = state.open()) {
            States.Found found = states.store(store);
            Output out = console.output();
            EntryPrinter printer = new EntryPrinter(found, formats, json, out);
            BytesView wanted = printer.keys().parse("KEY", key);
            boolean isByKey = formats.isRaw() || StoredEntryReader.isByKey(found.manifest());
            long count = 0;
            for (StoredPartition stored : found.partitions(partitions)) {
                EntryScan scan = new EntryScan(found, stored.partition(), printer, stop);
                count += isByKey ? lookUp(found, stored.partition(), wanted, printer) : scan.ofKey(wanted);
            }
            out.flush();
            states.tellForeign(console);
            if (count == 0) {
                states.tellPassedOver(console);
                console.say("Store " + store
                        + " has nothing of this key in what is on the disk. 'millrace state stats' says how"
                        + " far that is.");
            }
            return count == 0 ? ExitStatus.FAILED : ExitStatus.DONE;
        } finally {
            stop.done();
        }
    }

    private static long lookUp(States.Found found, int partition, BytesView wanted, EntryPrinter printer) {
        BytesWriter value = new BytesWriter();
        try (StateBackend.Reader reader = found.state().rocks().newReader(partition)) {
            if (!reader.get(found.state().rocks().number(found.store()), wanted, value)) {
                return 0;
            }
        }
        printer.read(wanted, value.viewInto(new BytesView())).ifPresent(entry -> printer.print(partition, entry));
        return 1;
    }
}
