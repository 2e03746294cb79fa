package io.millrace.cli.state;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.dsl.GlobalTableSpec;
import io.millrace.state.Retirement;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoredPartition;
import io.millrace.state.time.StoredEntryReader;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace state list}. */
@Command(
        name = "list",
        description = {
            "Lists stores and their partitions: kind, serdes of key and value, the position in the changelog up to which everything is"
                    + " there, about how much it takes, and when an owner last wrote to it or closed it.",
            "Of a serde with a long identity, such as Kryo's, a short form is shown; --json has all of it.",
            "A partition is retired if others of the directory were used for half a day since: it moved to another instance, and the"
                    + " application drops it unless it comes back. Works beside the owner."
        },
        mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final StateOption state = new StateOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    ListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Table table = new Table(
                "APPLICATION",
                "STORE",
                "KIND",
                "KEY",
                "VALUE",
                "PARTITION",
                "POSITION",
                "SIZE",
                "USED",
                "RETIRED",
                "DIRECTORY");
        try (States states = state.open()) {
            states.forEach(states.stores(List.of()), found -> add(found, table));
            Output out = console.output();
            json.print(table, out);
            out.flush();
            states.tellPassedOver(console);
            states.tellForeign(console);
            return states.tellDamage(console) ? ExitStatus.DONE : ExitStatus.FAILED;
        }
    }

    private static void add(States.Found found, Table table) {
        List<StoredPartition> partitions = found.partitions(List.of());
        if (partitions.isEmpty()) {
            describe(found, table)
                    .missing()
                    .missing()
                    .missing()
                    .missing()
                    .missing()
                    .text(found.state().directory().toString());
        }
        OptionalLong newest = found.state().rocks().stored().stream()
                .flatMapToLong(stored -> stored.usedMillis().stream())
                .max();
        for (StoredPartition stored : partitions) {
            Table.Row row = describe(found, table)
                    .number(stored.partition())
                    .number(stored.position())
                    .bytes(found.state().rocks().approximateBytes(found.store(), stored.partition()));
            OptionalLong used = stored.usedMillis();
            if (used.isPresent() && newest.isPresent()) {
                row.time(used.getAsLong()).flag(newest.getAsLong() - used.getAsLong() > Retirement.USUAL.toMillis());
            } else {
                row.missing().missing();
            }
            row.text(found.state().directory().toString());
        }
    }

    private static Table.Row describe(States.Found found, Table table) {
        StoreManifest manifest = found.manifest();
        Table.Row row = table.row()
                .texts(found.state().applications())
                .text(found.store())
                .text(kind(manifest));
        for (String part : List.of("key", "value")) {
            String serde = manifest.properties().get(part);
            if (serde == null) {
                row.missing();
            } else {
                row.text(SerdeText.brief(serde), serde);
            }
        }
        return row;
    }

    /** As a person calls it; what this version cannot read says so. */
    private static String kind(StoreManifest manifest) {
        if (manifest.kind().isEmpty()) {
            return "not yet said";
        }
        boolean isTimestamped = StoredEntryReader.isByKey(manifest)
                && manifest.properties().getOrDefault("value", "").startsWith("timestamped<");
        String size = manifest.properties().getOrDefault("size", "");
        String kind = GlobalTableSpec.topicOf(manifest)
                .map(topic -> "global table of " + topic)
                .orElse(isTimestamped ? "timestamped" : manifest.kind());
        return (size.isEmpty() ? kind : kind + " of " + size)
                + (StoredEntryReader.of(manifest).isPresent() ? "" : ", format " + manifest.format() + " (unknown)");
    }
}
