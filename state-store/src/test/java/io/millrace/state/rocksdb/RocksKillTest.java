package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksKillTest {
    private static final int KILLS = 5;
    private static final int MOST_BATCHES = 60;

    @TempDir
    private Path parent;

    @Test
    void afterEveryKillDataAndPositionAreOnePrefixAndNothingWrittenIsLost() throws IOException, InterruptedException {
        Random random = new Random(20261121);
        long[] written = new long[KilledWriter.PARTITIONS];
        for (int kill = 0; kill < KILLS; kill++) {
            long[] before = written;
            written = runAndKill(1 + random.nextInt(MOST_BATCHES));
            for (int partition = 0; partition < written.length; partition++) {
                assertThat(written[partition]).isGreaterThan(before[partition]);
            }
            check(written);
        }
    }

    /** Kills a writer after it has told of some batches, at whatever it is doing then. @return the positions that it told of last */
    private long[] runAndKill(int batches) throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        KilledWriter.class.getName(),
                        directory().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String last = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < batches; i++) {
                last = lines.readLine();
                assertThat(last).as("line %d of the writer", i).startsWith("written ");
            }
            // By its handle: the process itself would close the pipe, and what was told would be lost.
            writer.toHandle().destroyForcibly();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // The kill may cut the last line off.
                last = line.endsWith(KilledWriter.END_OF_LINE) ? line : last;
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        return Arrays.stream(last.split(" "))
                .skip(1)
                .limit(KilledWriter.PARTITIONS)
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private void check(long[] written) {
        try (RocksBackend backend = KilledWriter.open(directory())) {
            for (int partition = 0; partition < KilledWriter.PARTITIONS; partition++) {
                OptionalLong first = OptionalLong.empty();
                for (int store = 0; store < KilledWriter.STORES.size(); store++) {
                    String name = KilledWriter.STORES.get(store).name();
                    OptionalLong position = backend.position(backend.openStore(name), partition);
                    assertThat(position.orElse(0)).isGreaterThanOrEqualTo(written[partition]);
                    assertThat(KilledWriter.content(backend, partition, name))
                            .as("store %s of partition %d at %s", name, partition, position)
                            .isEqualTo(KilledWriter.fold(partition, store, position.orElse(0)));
                    first = first.isPresent() ? first : position;
                    assertThat(position).isEqualTo(first);
                }
            }
        }
    }

    private Path directory() {
        return parent.resolve("state");
    }
}
