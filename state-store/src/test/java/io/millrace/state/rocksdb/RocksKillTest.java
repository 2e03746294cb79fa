package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.state.KeyValueSpec;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RocksKillTest {
    /** More with {@code -Dmillrace.long}. */
    private static final int KILLS = Integer.getInteger("millrace.kills", 6);

    private static final int MOST_BATCHES = 150;

    /** Two flushes are a hundred batches of 30,000 bytes apart, and a change takes 20 of them at least. */
    private static final long MOST_REPLAYED = 300_000;

    /** Column families are flushed one after another, in about so long. */
    private static final long MOST_DELAY_NANOS = 20_000_000;

    /** At what a kill is aimed: a line that is told, and the one that says that it is over. */
    private enum Aim {
        FLUSH(KilledWriter.FLUSHING, KilledWriter.FLUSHED),
        COMPACTION(KilledWriter.COMPACTING, KilledWriter.COMPACTED),
        WHATEVER_IT_IS("", "");

        private final String begin;
        private final String end;

        Aim(String begin, String end) {
            this.begin = begin;
            this.end = end;
        }
    }

    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

    @TempDir
    private Path parent;

    /** What the stores of a partition hold after its first transactions; only ever goes on. */
    static final class Fold {
        private final int partition;
        private final List<Map<Long, String>> stores = new ArrayList<>();
        private long position;

        Fold(int partition) {
            this.partition = partition;
            KilledWriter.STORES.forEach(store -> stores.add(new TreeMap<>()));
        }

        Map<Long, String> store(int number) {
            return stores.get(number);
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

    /** The long profile's kills take longer than a test may by default. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void afterEveryKillDataAndPositionAreOnePrefixAndReplayingTheRestIsTheFoldOfAll()
            throws IOException, InterruptedException {
        Random random = new Random(20261121);
        List<Fold> folds = List.of(new Fold(0), new Fold(1));
        Map<Aim, Integer> hits = new EnumMap<>(Aim.class);
        for (int kill = 0; kill < KILLS; kill++) {
            Aim aim = Aim.values()[kill % Aim.values().length];
            // The first of each aim hits at the beginning, the others wherever they do.
            long delayNanos = kill < Aim.values().length ? 0 : random.nextLong(MOST_DELAY_NANOS);
            Told told = runAndKill(1 + random.nextInt(MOST_BATCHES), aim, delayNanos);
            hits.merge(aim, told.isInside ? 1 : 0, Integer::sum);
            check("kill %d (%s%s)".formatted(kill, told.isInside ? "inside a " : "", aim), folds, told);
        }
        assertThat(folds).allSatisfy(fold -> assertThat(fold.position).isPositive());
        // A kill may come too late, but not every one: a flush and a compaction take longer than a signal.
        assertThat(hits.get(Aim.FLUSH)).as("kills inside a flush").isPositive();
        assertThat(hits.get(Aim.COMPACTION)).as("kills inside a compaction").isPositive();
    }

    /**
     * By partition, the positions that were flushed last, and written last.
     *
     * @param isInside whether what the kill was aimed at was not over
     */
    private record Told(List<Long> flushed, List<Long> written, boolean isInside) {}

    /** Kills a writer after it has told of some batches, when it does what the kill is aimed at. */
    private Told runAndKill(int batches, Aim aim, long delayNanos) throws IOException, InterruptedException {
        Process writer = KilledWriter.start(parent.resolve("state"));
        String none = " 0".repeat(KilledWriter.PARTITIONS);
        String flushed = KilledWriter.FLUSHED + none;
        String written = KilledWriter.WRITTEN + none;
        boolean isKilled = false;
        boolean isInside = false;
        int told = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.endsWith(KilledWriter.END_OF_LINE)) {
                    // The kill cut the last one off.
                    continue;
                }
                boolean isFlushed = line.startsWith(KilledWriter.FLUSHED);
                if (isFlushed || line.startsWith(KilledWriter.WRITTEN)) {
                    told++;
                    written = line;
                }
                flushed = isFlushed ? line : flushed;
                isInside &= !line.startsWith(aim.end);
                if (!isKilled && told >= batches && line.startsWith(aim.begin)) {
                    isKilled = true;
                    isInside = aim != Aim.WHATEVER_IT_IS;
                    long moment = System.nanoTime() + delayNanos;
                    while (System.nanoTime() < moment) {
                        Thread.onSpinWait();
                    }
                    // By its handle: the process itself would close the pipe, and what was told would be lost.
                    writer.toHandle().destroyForcibly();
                }
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        assertThat(isKilled)
                .as("the writer was killed, and did not end by itself")
                .isTrue();
        return new Told(positions(flushed), positions(written), isInside);
    }

    private static List<Long> positions(String line) {
        return Arrays.stream(line.split(" "))
                .skip(1)
                .limit(KilledWriter.PARTITIONS)
                .map(Long::valueOf)
                .toList();
    }

    /** Opens what the kill left, checks it, replays what the writer had written beyond it, and checks that. */
    private void check(String kill, List<Fold> folds, Told told) {
        long start = System.nanoTime();
        RocksBackend backend = KilledWriter.open(parent.resolve("state"), backends);
        try (StateDatabase database = StateDatabase.open(backend, StateStoreConfig.defaults())) {
            long opened = System.nanoTime();
            long replayed = 0;
            long replayNanos = 0;
            for (Fold fold : folds) {
                try (PartitionState state = database.partition(fold.partition, List.copyOf(KilledWriter.STORES))) {
                    String first = KilledWriter.STORES.get(0).name();
                    long position = state.position(first).orElse(0);
                    assertThat(position).isGreaterThanOrEqualTo(told.flushed.get(fold.partition));
                    assertThat(position).isGreaterThanOrEqualTo(fold.position);
                    fold.to(position);
                    checkContent(state, fold);

                    long committed = Math.max(position, told.written.get(fold.partition));
                    long before = System.nanoTime();
                    replayed += KilledWriter.replay(state, position, committed);
                    replayNanos += System.nanoTime() - before;
                    fold.to(committed);
                    checkContent(state, fold);
                }
            }
            System.out.printf(
                    "%s: opened in %d ms, %d records replayed in %d ms%n",
                    kill, (opened - start) / 1_000_000, replayed, replayNanos / 1_000_000);
            assertThat(replayed).isLessThanOrEqualTo(MOST_REPLAYED);
        }
    }

    private static void checkContent(PartitionState state, Fold fold) {
        for (int store = 0; store < KilledWriter.STORES.size(); store++) {
            KeyValueSpec<Long, String> spec = KilledWriter.STORES.get(store);
            assertThat(state.position(spec.name()).orElse(0)).isEqualTo(fold.position);
            Map<Long, String> content = new TreeMap<>();
            state.store(spec).forEach(content::put);
            // Thousands of entries: a message with all of them helps nobody.
            assertThat(content.equals(fold.stores.get(store)))
                    .as("store %s of partition %d is the fold at %d", spec.name(), fold.partition, fold.position)
                    .isTrue();
        }
    }
}
