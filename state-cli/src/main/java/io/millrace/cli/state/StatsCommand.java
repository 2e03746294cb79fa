package io.millrace.cli.state;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.dsl.plan.Changelog;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.state.StateBackend;
import io.millrace.state.StoredPartition;
import io.millrace.state.rocksdb.StoreFile;
import java.time.Duration;
import java.time.InstantSource;
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
            "Beside its owner, LAG is what that has in memory; after a kill, what the next start replays. The marker that ends a transaction counts:"
                    + " 1 is nothing. Works beside the owner."
        },
        mixinStandardHelpOptions = true)
final class StatsCommand implements Callable<Integer> {
    private final Console console;
    private final InstantSource clock;

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
        try (States states = state.open(console)) {
            for (States.Found found : states.stores(names)) {
                List<StoreFile> files = found.state().rocks().files(found.store());
                for (StoredPartition stored : found.partitions(List.of())) {
                    add(found, stored, files, stableOffset(states, found, stored), table);
                }
            }
            Output out = console.output();
            json.print(table, out);
            out.flush();
            if (table.isEmpty()) {
                console.say(
                        "No partition of a store is on the disk yet: until it is first flushed, what an application has committed is in its memory"
                                + " and in its log. 'millrace state list' says which stores there are.");
            }
            return states.tellDamage(console) ? ExitStatus.DONE : ExitStatus.FAILED;
        }
    }

    private void add(
            States.Found found, StoredPartition stored, List<StoreFile> all, OptionalLong stable, Table table) {
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
                .number(stable)
                .number(
                        stable.isPresent()
                                ? OptionalLong.of(Math.max(0, stable.getAsLong() - stored.position()))
                                : OptionalLong.empty());
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
    private static OptionalLong stableOffset(States states, States.Found found, StoredPartition stored) {
        Optional<EventLog> log = states.log();
        List<String> applications = found.state().applications();
        if (log.isEmpty() || applications.size() != 1) {
            return OptionalLong.empty();
        }
        String topic = Changelog.topic(applications.get(0), found.store());
        return log.get()
                .admin()
                .describeTopic(topic)
                .filter(description -> stored.partition() < description.partitions())
                .map(description -> OptionalLong.of(log.get()
                        .admin()
                        .endOffset(new TopicPartition(topic, stored.partition()), Isolation.READ_COMMITTED)))
                .orElse(OptionalLong.empty());
    }
}
