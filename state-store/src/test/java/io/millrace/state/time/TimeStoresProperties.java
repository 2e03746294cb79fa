package io.millrace.state.time;

import io.millrace.state.StateBackend;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreHarness;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.state.rocksdb.RocksBackends;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** Stores of time are their models, whatever is committed, aborted, written behind, also in the middle of scans, refused, lost in a crash, moved, and in whatever order time comes. */
class TimeStoresProperties {
    private static final int MOST_STEPS = 500;

    /** Times begin before 1970. */
    private static final long BEGIN = -60;

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void windowsInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(WindowModel::byWhatIsPut, steps, config, seed);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void windowsByWhatIsToldInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(WindowModel::byWhatIsTold, steps, config, seed);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void recordsInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(RecordModel::byWhatIsPut, steps, config, seed);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void bufferedRecordsInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(RecordModel::byWhatIsTold, steps, config, seed);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void sessionsInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(SessionModel::byWhatIsPut, steps, config, seed);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void sessionsByWhatIsToldInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(SessionModel::byWhatIsTold, steps, config, seed);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void versionsInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(VersionedModel::byWhatIsPut, steps, config, seed);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void versionsByWhatIsToldInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(VersionedModel::byWhatIsTold, steps, config, seed);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void waitingRecordsInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(QueueModel::new, steps, config, seed);
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void timersInMemory(
            @ForAll("steps") List<KindModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        inMemory(TimersModel::new, steps, config, seed);
    }

    @Property(tries = 6, edgeCases = EdgeCasesMode.NONE)
    void everyKindOnRocks(@ForAll("steps") List<KindModel.Step> steps, @ForAll("configs") StateStoreConfig config)
            throws IOException {
        for (Supplier<KindModel<?>> kind : List.<Supplier<KindModel<?>>>of(
                WindowModel::byWhatIsPut,
                WindowModel::byWhatIsTold,
                RecordModel::byWhatIsPut,
                RecordModel::byWhatIsTold,
                SessionModel::byWhatIsPut,
                SessionModel::byWhatIsTold,
                VersionedModel::byWhatIsPut,
                VersionedModel::byWhatIsTold,
                QueueModel::new,
                TimersModel::new)) {
            Path parent = Files.createTempDirectory("time-stores");
            RocksBackends backends = new RocksBackends();
            try {
                run(
                        kind.get(),
                        backends.open(parent),
                        backend -> {
                            backend.close();
                            return backends.open(parent);
                        },
                        config,
                        steps);
                backends.assertNothingIsOpen();
            } finally {
                delete(parent);
            }
        }
    }

    @Provide
    Arbitrary<List<KindModel.Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 79),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.frequencyOf(
                                Tuple.of(3, Arbitraries.integers().between(-3, 8)),
                                Tuple.of(1, Arbitraries.integers().between(-20, 110))),
                        Arbitraries.integers().between(0, 30))
                .as(KindModel.Step::new)
                .list()
                .ofMaxSize(MOST_STEPS)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    @Provide
    Arbitrary<StateStoreConfig> configs() {
        StateStoreConfig base = StateStoreConfig.defaults();
        return Arbitraries.of(
                base,
                base.withCacheBytes(0),
                base.withCacheBytes(1_000).withWriteBehind(500, Duration.ofMillis(2)),
                base.withWriteBehind(0, Duration.ZERO).withCommittedLimitBytes(0));
    }

    private static void inMemory(
            Supplier<KindModel<?>> kind, List<KindModel.Step> steps, StateStoreConfig config, long seed) {
        Random random = new Random(seed);
        run(
                kind.get(),
                new MemoryBackend("log"),
                backend -> {
                    if (random.nextBoolean()) {
                        ((MemoryBackend) backend).losePower(random);
                    }
                    return backend;
                },
                config,
                steps);
    }

    private static <S> void run(
            KindModel<S> model,
            StateBackend backend,
            UnaryOperator<StateBackend> crash,
            StateStoreConfig config,
            List<KindModel.Step> steps) {
        StoreHarness harness = new StoreHarness(backend, crash, config, List.of(model.spec()));
        harness.writeDuringScans();
        long now = BEGIN;
        for (KindModel.Step step : steps) {
            now += step.size() % 3;
            S store = harness.store(model.spec());
            switch (step.action()) {
                case 70, 71 -> {
                    harness.commit();
                    model.commit();
                }
                case 72 -> {
                    harness.abort();
                    model.abort();
                }
                case 73, 74 -> harness.writeBehind();
                case 75 -> harness.flush();
                case 76 -> {
                    harness.crash();
                    model.abort();
                    model.checkAll(harness.store(model.spec()));
                }
                case 77 -> {
                    harness.move();
                    model.abort();
                }
                case 78 -> harness.failNextWrite(step.size() % 2 == 0);
                default -> {
                    if (step.action() < 48) {
                        model.change(store, step, now);
                    } else {
                        model.check(store, step, now);
                    }
                }
            }
        }
        model.checkAll(harness.store(model.spec()));
        harness.commit();
        model.commit();
        harness.crash();
        model.checkAll(harness.store(model.spec()));
        harness.close();
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
