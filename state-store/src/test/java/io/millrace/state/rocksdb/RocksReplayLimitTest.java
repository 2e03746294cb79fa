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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RocksReplayLimitTest {
    private static final int KILLS = 4;
    private static final int MOST_TRANSACTIONS = 1_500;

    /** What S6 allows, and the transaction that passes it. */
    private static final long MOST_REPLAYED = 200_000 + KilledCommitter.STRIDE * KilledWriter.STORES.size();

    @TempDir
    private Path parent;

    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

    @Test
    void howeverOftenAProcessIsKilledWhatItsRestartReplaysIsBounded() throws IOException, InterruptedException {
        Random random = new Random(20261121);
        List<Long> replays = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            long committed = runAndKill(MOST_TRANSACTIONS / 2 + random.nextInt(MOST_TRANSACTIONS / 2));
            replays.add((committed - check()) * KilledWriter.STORES.size());
        }

        assertThat(replays).allSatisfy(replay -> assertThat(replay).isLessThanOrEqualTo(MOST_REPLAYED));
        assertThat(replays)
                .as("something was there to replay")
                .anySatisfy(replay -> assertThat(replay).isGreaterThan(MOST_REPLAYED / 10));
    }

    /** @return the position that the writer told of last */
    private long runAndKill(int transactions) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        KilledCommitter.class.getName(),
                        parent.resolve("state").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long committed = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            int read = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // The kill may cut the last line off.
                if (line.endsWith(KilledWriter.END_OF_LINE)) {
                    committed = Long.parseLong(line.substring(0, line.indexOf(' ')));
                }
                if (++read == transactions) {
                    writer.toHandle().destroyForcibly();
                }
            }
            assertThat(read).as("transactions before the writer ended").isGreaterThanOrEqualTo(transactions);
        } finally {
            writer.destroyForcibly().waitFor();
        }
        return committed;
    }

    /** What was left is the fold of whole transactions. @return the position in it */
    private long check() {
        RocksBackend backend = KilledWriter.open(parent.resolve("state"), backends);
        try (StateDatabase database = StateDatabase.open(backend, StateStoreConfig.defaults());
                PartitionState state = database.partition(0, List.copyOf(KilledWriter.STORES))) {
            List<Map<Long, String>> folds = List.of(new TreeMap<>(), new TreeMap<>());
            long position = state.position(KilledWriter.STORES.get(0).name()).orElse(0);
            assertThat(position % KilledCommitter.STRIDE).isZero();
            for (long transaction = 0; transaction < position / KilledCommitter.STRIDE; transaction++) {
                for (KilledWriter.Change change : KilledWriter.changes(0, transaction)) {
                    if (change.value() == null) {
                        folds.get(change.store()).remove(change.key());
                    } else {
                        folds.get(change.store()).put(change.key(), change.value());
                    }
                }
            }
            for (int store = 0; store < folds.size(); store++) {
                KeyValueSpec<Long, String> spec = KilledWriter.STORES.get(store);
                Map<Long, String> content = new TreeMap<>();
                state.store(spec).forEach(content::put);
                assertThat(content.equals(folds.get(store)))
                        .as("store %s is the fold at %d", spec.name(), position)
                        .isTrue();
            }
            return position;
        }
    }
}
