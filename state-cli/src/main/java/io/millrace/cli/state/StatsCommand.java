package io.millrace.cli.state;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Numbers;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicPartition;
import io.millrace.state.StateBackend;
import io.millrace.state.StoredPartition;
import io.millrace.state.rocksdb.StoreFile;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace state stats}. */
@Command(
        name = "stats",
        description = {
            "Of each partition of each store: about how many entries and bytes, the files that hold them with others and how many of them on"
                    + " which level of RocksDB's tree, the position, the changelog's last stable offset, how many offsets lie between the two"
                    + " (LAG), and how long ago an owner last wrote to it or closed it (IDLE).",
            "LAG below 0 is state ahead of its log, which an application refuses. Beside its owner, LAG is what that has in memory; after a kill, what the next start replays. The marker that ends a transaction counts:"
                    + " 1 is nothing. Works beside the owner."
        },
        mixinStandardHelpOptions = true)
final class StatsCommand implements Callable<Integer> {
    private final Console console;
    private final InstantSource clock;

    /** Of which partitions, a sentence each. */
    private final List<String> ahead = new ArrayList<>();

    /** Of a changelog's partition. @param stable the last stable offset, before which no transaction is open */
    private record Ends(long stable, long end) {
        /** Below 0 for a position that is ahead; one before the end is none, as a transaction that is being ended is committed before it is stable. */
        long lag(long position) {
            return position > end ? end - position : Math.max(0, stable - position);
        }
    }

    @Mixin
    private final StateOption state = new StateOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(paramLabel = "STORE", arity = "0..*", description = "Only these stores.")
    private List<String> names = List.of();

    StatsCommand(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Table table = new Table(
                "APPLICATION",
                "STORE",
                "PARTITION",
                "ENTRIES",
                "BYTES",
                "FILES",
                "LEVELS",
                "POSITION",
                "STABLE",
                "LAG",
                "IDLE");
        ahead.clear();
        try (States states = state.open()) {
            states.forEach(states.stores(names), found -> {
                List<StoreFile> files = found.state().rocks().files(found.store());
                for (StoredPartition stored : found.partitions(List.of())) {
                    add(found, stored, files, changelog(states, found, stored), table);
                }
            });
            Output out = console.output();
            json.print(table, out);
            out.flush();
            if (table.isEmpty()) {
                console.say(
                        "No partition of a store is on the disk yet: until it is first flushed, what an application has committed is in its memory"
                                + " and in its log. 'millrace state list' says which stores there are.");
            }
            states.tellPassedOver(console);
            states.tellForeign(console);
            ahead.forEach(console::say);
            return states.tellDamage(console) && ahead.isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
        }
    }

    private void add(
            States.Found found, StoredPartition stored, List<StoreFile> all, Optional<Ends> ends, Table table) {
        List<StoreFile> files =
                all.stream().filter(file -> file.touches(stored.partition())).toList();
        Table.Row row = table.row()
                .texts(found.state().applications())
                .text(found.store())
                .number(stored.partition())
                .number(entries(found, stored.partition()))
                .bytes(found.state().rocks().approximateBytes(found.store(), stored.partition()))
                .number(files.size())
                .texts(levels(files))
                .number(stored.position())
                .number(ends.isPresent() ? OptionalLong.of(ends.get().stable()) : OptionalLong.empty())
                .number(ends.isPresent() ? OptionalLong.of(ends.get().lag(stored.position())) : OptionalLong.empty());
        if (ends.isPresent() && stored.position() > ends.get().end()) {
            ahead.add("Store " + found.store() + ", partition " + stored.partition() + ", in "
                    + found.state().directory() + " is "
                    + Numbers.count(stored.position() - ends.get().end(), "offset")
                    + " ahead of its log: the log has lost what the state has, or the state is of another copy of it. An application refuses"
                    + " it: put the log back, or move the state away to have it built anew from the log as it is.");
        }
        if (stored.usedMillis().isPresent()) {
            long idle = clock.millis() - stored.usedMillis().getAsLong();
            row.duration(Duration.ofMillis(Math.max(0, idle)));
        } else {
            row.missing();
        }
    }

    private static long entries(States.Found found, int partition) {
        try (StateBackend.Reader reader = found.state().rocks().newReader(partition)) {
            return reader.approximateCount(found.state().rocks().number(found.store()));
        }
    }

    /** {@code 0:2}: two files on level 0. */
    private static List<String> levels(List<StoreFile> files) {
        TreeMap<Integer, Integer> levels = new TreeMap<>();
        files.forEach(file -> levels.merge(file.level(), 1, Integer::sum));
        return levels.entrySet().stream()
                .map(level -> level.getKey() + ":" + level.getValue())
                .toList();
    }

    /** Empty if it is not known whose the state is, or its changelog is gone. */
    private static Optional<Ends> changelog(States states, States.Found found, StoredPartition stored) {
        Optional<EventLog> log = states.log();
        if (log.isEmpty()) {
            return Optional.empty();
        }
        LogAdmin admin = log.get().admin();
        return found.changelog(admin)
                .filter(description -> stored.partition() < description.partitions())
                .map(description -> ends(admin, new TopicPartition(description.name(), stored.partition())));
    }

    private static Ends ends(LogAdmin admin, TopicPartition partition) {
        return new Ends(
                admin.endOffset(partition, Isolation.READ_COMMITTED),
                admin.endOffset(partition, Isolation.READ_UNCOMMITTED));
    }
}
