package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksKillTest {
    private static final int KILLS = 6;
    private static final int MOST_BATCHES = 250;

    @TempDir
    private Path parent;

    /** What the stores of a partition hold after its first transactions; only ever goes on. */
    private static final class Fold {
        private final int partition;
        private final List<Map<Long, String>> stores = new ArrayList<>();
        private long position;

        Fold(int partition) {
            this.partition = partition;
            KilledWriter.STORES.forEach(store -> stores.add(new TreeMap<>()));
        }

        void to(long newPosition) {
            for (; position < newPosition; position++) {
                for (KilledWriter.Change change : KilledWriter.changes(partition, position)) {
                    if (change.value() == null) {
                        stores.get(change.store()).remove(change.key());
                    } else {
                        stores.get(change.store()).put(change.key(), change.value());
                    }
                }
            }
        }
    }

    @Test
    void afterEveryKillDataAndPositionAreOnePrefixAndNothingFlushedIsLost() throws IOException, InterruptedException {
        Random random = new Random(20261121);
        List<Fold> folds = List.of(new Fold(0), new Fold(1));
        for (int kill = 0; kill < KILLS; kill++) {
            long[] flushed = runAndKill(1 + random.nextInt(MOST_BATCHES));
            check(folds, flushed);
        }
        assertThat(folds).allSatisfy(fold -> assertThat(fold.position).isPositive());
    }

    /** Kills a writer after it has told of some batches, at whatever it is doing then. @return the positions that it flushed last */
    private long[] runAndKill(int batches) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        KilledWriter.class.getName(),
                        parent.resolve("state").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String flushed = KilledWriter.FLUSHED + " 0".repeat(KilledWriter.PARTITIONS);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            String line = "";
            for (int read = 0; line != null; read++) {
                // The kill may cut the last line off.
                boolean isWhole = line.endsWith(KilledWriter.END_OF_LINE);
                flushed = isWhole && line.startsWith(KilledWriter.FLUSHED) ? line : flushed;
                if (read == batches) {
                    // By its handle: the process itself would close the pipe, and what was told would be lost.
                    writer.toHandle().destroyForcibly();
                }
                line = lines.readLine();
                assertThat(line != null || read >= batches)
                        .as("the writer ended by itself")
                        .isTrue();
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        return Arrays.stream(flushed.split(" "))
                .skip(1)
                .limit(KilledWriter.PARTITIONS)
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private void check(List<Fold> folds, long[] flushed) {
        try (RocksBackend backend = KilledWriter.open(parent.resolve("state"))) {
            for (Fold fold : folds) {
                String first = KilledWriter.STORES.get(0).name();
                long position = backend.position(backend.openStore(first), fold.partition)
                        .orElse(0);
                assertThat(position).isGreaterThanOrEqualTo(flushed[fold.partition]);
                assertThat(position).isGreaterThanOrEqualTo(fold.position);
                fold.to(position);
                for (int store = 0; store < KilledWriter.STORES.size(); store++) {
                    String name = KilledWriter.STORES.get(store).name();
                    assertThat(backend.position(backend.openStore(name), fold.partition)
                                    .orElse(0))
                            .isEqualTo(position);
                    Map<Long, String> content = KilledWriter.content(backend, fold.partition, name);
                    // Thousands of entries: a message with all of them helps nobody.
                    assertThat(content.equals(fold.stores.get(store)))
                            .as("store %s of partition %d is the fold at %d", name, fold.partition, position)
                            .isTrue();
                }
            }
        }
    }
}
