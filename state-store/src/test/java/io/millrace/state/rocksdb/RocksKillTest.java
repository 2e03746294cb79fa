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
    /** More with {@code -Dmillrace.long}. */
    private static final int KILLS = Integer.getInteger("millrace.kills", 6);

    private static final int MOST_BATCHES = 250;
    /** Two flushes are a hundred batches of 30,000 bytes apart, and a change takes 20 of them at least. */
    private static final long MOST_REPLAYED = 300_000;

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
            Told told = runAndKill(1 + random.nextInt(MOST_BATCHES), kill % 2 == 0);
            check(kill, folds, told);
        }
        assertThat(folds).allSatisfy(fold -> assertThat(fold.position).isPositive());
    }

    /** By partition, the positions that were flushed last, and written last. */
    private record Told(List<Long> flushed, List<Long> written) {}

    /**
     * Kills a writer after it has told of some batches: inside the next flush, or at whatever it is doing then, such as a compaction.
     */
    private Told runAndKill(int batches, boolean isInsideFlush) throws IOException, InterruptedException {
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
        String written = flushed;
        boolean isKilled = false;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            String line = "";
            for (int read = 0; line != null; read++) {
                // The kill may cut the last line off.
                boolean isWhole = line.endsWith(KilledWriter.END_OF_LINE);
                boolean isPosition = isWhole && !line.startsWith(KilledWriter.FLUSHING);
                flushed = isWhole && line.startsWith(KilledWriter.FLUSHED) ? line : flushed;
                written = isPosition ? line : written;
                if (!isKilled
                        && read >= batches
                        && (!isInsideFlush || (isWhole && line.startsWith(KilledWriter.FLUSHING)))) {
                    isKilled = true;
                    // By its handle: the process itself would close the pipe, and what was told would be lost.
                    writer.toHandle().destroyForcibly();
                }
                line = lines.readLine();
                assertThat(line != null || isKilled)
                        .as("the writer ended by itself")
                        .isTrue();
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        return new Told(positions(flushed), positions(written));
    }

    private static List<Long> positions(String line) {
        return Arrays.stream(line.split(" "))
                .skip(1)
                .limit(KilledWriter.PARTITIONS)
                .map(Long::valueOf)
                .toList();
    }

    private void check(int kill, List<Fold> folds, Told told) {
        long start = System.nanoTime();
        long replay = 0;
        try (RocksBackend backend = KilledWriter.open(parent.resolve("state"))) {
            long opened = System.nanoTime() - start;
            for (Fold fold : folds) {
                String first = KilledWriter.STORES.get(0).name();
                long position = backend.position(backend.openStore(first), fold.partition)
                        .orElse(0);
                assertThat(position).isGreaterThanOrEqualTo(told.flushed.get(fold.partition));
                assertThat(position).isGreaterThanOrEqualTo(fold.position);
                replay += Math.max(0, told.written.get(fold.partition) - position) * KilledWriter.CHANGES;
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
            System.out.printf(
                    "kill %d: opened in %d ms, %d changes that were written are to be replayed%n",
                    kill, opened / 1_000_000, replay);
            assertThat(replay).isLessThanOrEqualTo(MOST_REPLAYED);
        }
    }
}
