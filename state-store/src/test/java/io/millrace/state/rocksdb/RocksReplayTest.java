package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a kill leaves to be replayed is bounded, however little memory the changes take that were written and not flushed. */
class RocksReplayTest {
    private static final int BATCHES = 90;
    private static final long OFFSETS_PER_BATCH = 10_000;
    private static final long MOST_REPLAYED = 200_000;

    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

    @TempDir
    private Path parent;

    @Test
    void aHotKeyThatNeverFillsAWriteBufferIsFlushedBeforeTooMuchWouldBeReplayed() throws IOException {
        long left = 0;
        try (RocksBackend backend = backends.open(parent)) {
            int hot = backend.openStore("hot");
            int other = backend.openStore("other");
            BytesView key = BytesView.ofUtf8("key");
            for (long batch = 1; batch <= BATCHES; batch++) {
                long position = batch * OFFSETS_PER_BATCH / 2;
                backend.write(sink -> {
                    sink.put(hot, 0, key, key);
                    sink.position(hot, 0, position);
                    sink.position(other, 1, position);
                });
                if (batch % 10 == 0) {
                    left = Math.max(left, 2 * position - reachedAfterAKill(backend, "kill-" + batch));
                }
            }
        }
        assertThat(left).isPositive().isLessThanOrEqualTo(MOST_REPLAYED);
    }

    /** What a process finds that begins when this one dies now: what is in the files. */
    private long reachedAfterAKill(RocksBackend backend, String name) throws IOException {
        Path copy = Files.createDirectory(parent.resolve(name));
        backend.whileAtRest(() -> copyFiles(parent.resolve("state"), copy));
        try (RocksBackend killed = backends.open(copy, "log", RocksConfig.defaults())) {
            return List.of(killed.position(killed.openStore("hot"), 0), killed.position(killed.openStore("other"), 1))
                    .stream()
                    .mapToLong(position -> position.orElse(0))
                    .sum();
        }
    }

    private static void copyFiles(Path from, Path to) {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
