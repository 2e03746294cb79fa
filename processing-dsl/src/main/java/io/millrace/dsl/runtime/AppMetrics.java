package io.millrace.dsl.runtime;

import io.millrace.dsl.AppStatus;
import io.millrace.dsl.StateUsage;
import io.millrace.dsl.metrics.Metric;
import io.millrace.dsl.metrics.MetricId;
import io.millrace.dsl.metrics.Metrics;
import io.millrace.dsl.runtime.TimeMeter.Times;
import io.millrace.state.CacheStatistics;
import io.millrace.state.StateException;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** The metrics of an instance, read from what its loops publish once a step (M1). Safe for use by several threads. */
final class AppMetrics implements Metrics {
    private final ApplicationCore core;
    private final List<TaskLoop> loops;
    private final List<IngestLoop<?>> ingests;
    private final RunningApplication application;
    private final List<Metric> all = new ArrayList<>();

    AppMetrics(
            ApplicationCore core, List<TaskLoop> loops, List<IngestLoop<?>> ingests, RunningApplication application) {
        this.application = application;
        this.core = core;
        this.loops = List.copyOf(loops);
        this.ingests = List.copyOf(ingests);
        records();
        transactions();
        states();
        restore();
        globalTables();
        state(application::stateUsage);
    }

    @Override
    public List<Metric> all() {
        return List.copyOf(all);
    }

    private void states() {
        for (AppStatus.State state : AppStatus.State.values()) {
            gauge(
                    "application.state",
                    "states",
                    "1 for the state that the application is in, 0 for the others",
                    Map.of("state", state.name().toLowerCase(Locale.ROOT)),
                    () -> application.state() == state ? 1 : 0);
        }
        gauge(
                "last.poll",
                "seconds",
                "Since the loop that is away longest was at the log: beyond the maxPollInterval it loses its tasks; not known before it has any",
                this::secondsSincePoll);
        tasks("running", AppStatus.Tasks::running);
        tasks("restoring", AppStatus.Tasks::restoring);
        tasks("waiting", AppStatus.Tasks::waiting);
    }

    private double secondsSincePoll() {
        double longest = Double.NaN;
        for (TaskLoop loop : loops) {
            if (loop.status().tasks().owned() > 0) {
                double seconds = loop.nanosSincePoll() / 1e9;
                longest = Double.isNaN(longest) ? seconds : Math.max(longest, seconds);
            }
        }
        return longest;
    }

    private void tasks(String state, ToIntFunction<AppStatus.Tasks> count) {
        gauge(
                "tasks",
                "tasks",
                "That this instance owns: all of them are 0 where it stands by",
                Map.of("state", state),
                () -> sum(s -> count.applyAsInt(s.tasks())));
    }

    private void records() {
        counter(
                "records.consumed",
                "records",
                "Given to the steps, each as often as it was: those of aborted transactions included, and those that failed",
                of(s -> s.counters().consumed()));
        counter(
                "bytes.consumed",
                "bytes",
                "Keys and values of those that did not fail",
                of(s -> s.work().consumedBytes()));
        counter(
                "records.produced",
                "records",
                "Results sent, those of aborted transactions included; without changelogs",
                of(s -> s.work().sent()));
        counter(
                "bytes.produced",
                "bytes",
                "Keys and values of these",
                of(s -> s.work().sentBytes()));
        counter(
                "records.ingested",
                "records",
                "Sent by sources in committed transactions",
                () -> ingested(IngestLoopStatus.Counters::records));
        counter(
                "records.skipped",
                "records",
                "Passed over by ErrorPolicy.skip, in committed transactions; of sources, items; and by global tables",
                () -> sum(s -> s.counters().skipped())
                        + ingested(IngestLoopStatus.Counters::skipped)
                        + application.globalStatus().skipped());
        counter(
                "records.dropped",
                "records",
                "Too late, a duplicate, or without the key or value that a step needs, in committed transactions",
                of(s -> s.work().dropped()));
        counter(
                "dead.letters",
                "records",
                "Written by ErrorPolicy.deadLetter, in committed transactions",
                of(s -> s.counters().deadLetters()));
        gauge(
                "lag",
                "records",
                "Offsets between what is committed and the last stable offset, over the inputs of this instance; not known without any",
                () -> {
                    OptionalLong lag = StatusSummary.lag(loops);
                    return lag.isPresent() ? lag.getAsLong() : Double.NaN;
                });
    }

    private void transactions() {
        counter(
                "transactions.committed",
                "transactions",
                "Of the loops and the sources",
                () -> sum(s -> s.counters().committed()) + ingested(IngestLoopStatus.Counters::committed));
        counter(
                "transactions.aborted",
                "transactions",
                "Of the loops and the sources",
                () -> sum(s -> s.counters().aborted()) + ingested(IngestLoopStatus.Counters::aborted));
        timer(
                "latency",
                "From the timestamp of a transaction's oldest record, its writer's or that of its append, to its commit",
                s -> s.work().latency());
        timer("commit", "What a commit takes", s -> s.work().commits());
    }

    private void restore() {
        counter(
                "restore.records",
                "records",
                "Replayed from changelogs, and read into global tables",
                () -> application.restoring().recordsRestored());
        gauge(
                "restore.tasks",
                "tasks",
                "That wait for their state now, and global tables for which all wait",
                () -> application.restoring().tasks());
        gauge(
                "restore.remaining",
                "records",
                "Offsets that are left to replay now",
                () -> application.restoring().offsetsLeft());
        gauge(
                "restore.progress",
                "ratio",
                "How much of it is done, from 0 to 1; 1 while nothing restores. Never less within one phase of restoring",
                () -> application.restoring().fraction());
        gauge(
                "restore.time",
                "seconds",
                "For which tasks or global tables restored since the start",
                () -> application.restoring().time().toNanos() / 1e9);
    }

    private void globalTables() {
        for (String table : core.globalTables().all().keySet()) {
            gauge(
                    "global.table.lag",
                    "records",
                    "Offsets between the rows of this instance and the last stable offset of their topic",
                    Map.of("table", table),
                    () -> lagOf(table));
            gauge(
                    "global.table.rows",
                    "rows",
                    "About how many this instance has; not known while they are read for the first time",
                    Map.of("table", table),
                    () -> rows(core.globalTables().of(table)));
        }
    }

    /** Not known before the table is opened. */
    private double lagOf(String table) {
        Long lag = application.globalStatus().lag().get(table);
        return lag == null ? Double.NaN : lag;
    }

    private long rows(GlobalTables.Rows rows) {
        long count = 0;
        for (int partition = 0; partition < rows.partitions(); partition++) {
            try (StateView view = core.database().view(partition, rows.spec().name())) {
                count += view.store(rows.spec()).approximateCount();
            }
        }
        return count;
    }

    private void state(Supplier<StateUsage> usage) {
        gauge(
                "state.size",
                "bytes",
                "What the state takes in its backend: on disk, and in write buffers",
                () -> core.database().sizeBytes());
        gauge(
                "state.replay",
                "records",
                "Offsets of changelogs that a restart would replay now",
                () -> core.database().replayOffsets());
        memory(usage, "staged", StateUsage::stagedBytes);
        memory(usage, "committed", u -> u.memory().committedBytes());
        memory(usage, "cache", u -> u.memory().cacheBytes());
        memory(usage, "spare", u -> u.memory().spareBytes());
        memory(usage, "viewed", u -> u.memory().viewedBytes());
        memory(usage, "backend", u -> u.memory().backend().totalBytes());
        gauge(
                "state.memory.limit",
                "bytes",
                "What the state may take",
                () -> usage.get().budget().bytes());
        for (StoreSpec<?> store : core.topology().stores()) {
            gauge(
                    "state.cache.hit.rate",
                    "ratio",
                    "Of the look-ups that the cache of decoded values answered, from 0 to 1; of the partitions that are here",
                    Map.of("store", store.name()),
                    () -> hitRate(store.name()));
        }
    }

    private void memory(Supplier<StateUsage> usage, String part, ToLongFunction<StateUsage> bytes) {
        gauge(
                "state.memory",
                "bytes",
                "What the state uses of its memory",
                Map.of("part", part),
                () -> bytes.applyAsLong(usage.get()));
    }

    private double hitRate(String store) {
        long hits = 0;
        long all = 0;
        for (CacheStatistics cache : core.database().caches()) {
            if (cache.store().equals(store)) {
                hits += cache.hits();
                all += cache.hits() + cache.misses();
            }
        }
        return all == 0 ? Double.NaN : (double) hits / all;
    }

    private LongSupplier of(ToLongFunction<LoopStatus> figure) {
        return () -> sum(figure);
    }

    private long sum(ToLongFunction<LoopStatus> figure) {
        long sum = 0;
        for (TaskLoop loop : loops) {
            sum += figure.applyAsLong(loop.present());
        }
        return sum;
    }

    private long ingested(ToLongFunction<IngestLoopStatus.Counters> figure) {
        long sum = 0;
        for (IngestLoop<?> loop : ingests) {
            sum += figure.applyAsLong(loop.status().counters());
        }
        return sum;
    }

    private void counter(String name, String unit, String description, LongSupplier count) {
        all.add(new Metric.Counter(id(name, unit, description, Map.of()), count));
    }

    private void gauge(String name, String unit, String description, DoubleSupplier value) {
        gauge(name, unit, description, Map.of(), value);
    }

    private void gauge(String name, String unit, String description, Map<String, String> tags, DoubleSupplier value) {
        all.add(new Metric.Gauge(id(name, unit, description, tags), () -> whileOpen(value)));
    }

    /** The state of an application that is closed is not known. */
    private static double whileOpen(DoubleSupplier value) {
        try {
            return value.getAsDouble();
        } catch (StateException e) {
            return Double.NaN;
        }
    }

    private void timer(String name, String description, Function<LoopStatus, Times> figure) {
        Supplier<Times> times = () -> {
            Times sum = Times.NONE;
            for (TaskLoop loop : loops) {
                sum = sum.plus(figure.apply(loop.status()));
            }
            return sum;
        };
        all.add(new Metric.Timer(
                id(name, "nanoseconds", description, Map.of()),
                () -> times.get().count(),
                () -> times.get().totalNanos(),
                () -> times.get().maxNanos()));
    }

    private static MetricId id(String name, String unit, String description, Map<String, String> tags) {
        return new MetricId("millrace." + name, unit, description, tags);
    }
}
