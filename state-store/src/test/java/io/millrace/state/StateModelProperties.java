package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StateModelProperties {
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void inMemoryStateIsTheModelWhateverHappens(
            @ForAll("steps") List<StateModel.Step> steps,
            @ForAll("configs") StateStoreConfig config,
            @ForAll long seed) {
        Random random = new Random(seed);
        new StateModel(
                        new MemoryBackend("log"),
                        backend -> {
                            if (random.nextBoolean()) {
                                ((MemoryBackend) backend).losePower(random);
                            }
                            return backend;
                        },
                        config)
                .run(steps);
    }

    @Property(tries = 8, edgeCases = EdgeCasesMode.NONE)
    void onRocksStateIsTheModelWhateverHappens(
            @ForAll("steps") List<StateModel.Step> steps, @ForAll("configs") StateStoreConfig config)
            throws IOException {
        Path parent = Files.createTempDirectory("state-model");
        RocksBackends backends = new RocksBackends();
        try {
            new StateModel(
                            backends.open(parent),
                            backend -> {
                                backend.close();
                                return backends.open(parent);
                            },
                            config)
                    .run(steps);
            backends.assertNothingIsOpen();
        } finally {
            delete(parent);
        }
    }

    @Provide
    Arbitrary<List<StateModel.Step>> steps() {
        return StateModel.steps(300);
    }

    /** From nothing cached and everything written at once to nothing written but by force. */
    @Provide
    Arbitrary<StateStoreConfig> configs() {
        StateStoreConfig base = StateStoreConfig.defaults();
        return Arbitraries.of(
                base,
                base.withCacheBytes(0),
                base.withCacheBytes(1_000).withWriteBehind(500, Duration.ofMillis(2)),
                base.withWriteBehind(0, Duration.ZERO).withCommittedLimitBytes(0),
                base.withWriteBehind(1_000_000, Duration.ofHours(1)).withCommittedLimitBytes(1_500));
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
        assertThat(root).doesNotExist();
    }
}
