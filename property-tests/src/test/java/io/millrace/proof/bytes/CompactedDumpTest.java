package io.millrace.proof.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Compression;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchCompressor;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.log.embedded.retention.Cleaner;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's dump tool reads what compaction wrote: thinned and compressed batches, emptied ones, fillers, delete horizons, indexes. */
class CompactedDumpTest {
    private static final TopicPartition TABLE = new TopicPartition("table", 0);
    private static final int KEYS = 40;

    private final Map<String, String> table = new HashMap<>();
    private final Random random = new Random(1);

    private void write(PartitionLog log) {
        BatchBuilder builder = new BatchBuilder(1000);
        try (BatchCompressor compressor = new BatchCompressor(1 << 20)) {
            for (int transaction = 0; transaction < 300; transaction++) {
                Map<String, String> written = new HashMap<>();
                int producer = random.nextInt(3);
                short epoch = (short) transaction;
                builder.begin(producer, epoch, true);
                for (int i = 0; i < 6; i++) {
                    String key = "key" + random.nextInt(KEYS);
                    String value = random.nextInt(4) == 0 ? null : "value" + transaction;
                    written.put(key, value);
                    builder.append(
                            1_000_000 + transaction,
                            BytesView.ofUtf8(key),
                            value == null ? null : BytesView.ofUtf8(value),
                            List.of());
                }
                Compression compression = transaction % 2 == 0 ? Compression.NONE : Compression.LZ4;
                log.append(builder.finish(0, compression, compressor), AppendOrigin.CLIENT);
                boolean commits = random.nextInt(4) > 0;
                log.appendMarker(producer, (short) (epoch + 1), commits, 0);
                if (commits) {
                    table.putAll(written);
                }
            }
        }
        table.values().removeIf(value -> value == null);
    }

    @Test
    void everyFileIsReadWithoutComplaint(@TempDir Path directory) throws Exception {
        World world = SystemWorld.open(directory);
        TopicSettings topic = TopicSettings.compacted().withSegmentBytes(4_000);
        PartitionLog log = PartitionLog.open(
                world, "table-0", TABLE, PartitionSettings.of(topic, Durability.PROCESS_CRASH), false);
        write(log);
        long before = log.view().sizeBytes();
        log.checkpoint();
        Cleaner cleaner = new Cleaner(world.clock(), () -> List.of(log.cleaning()), Duration.ofSeconds(15), 0);
        long now = Duration.ofSeconds(15).toNanos();
        while (cleaner.runOnce(now) > 0) {
            now++;
        }
        assertThat(log.view().sizeBytes()).isLessThan(before * 2 / 3);
        assertThat(read(log)).isEqualTo(table);
        log.close();

        List<Path> files = KafkaDump.readableFiles(directory);
        List<String> output = KafkaDump.dump(files, "--deep-iteration");
        assertThat(KafkaDump.complaints(output)).allMatch(line -> line.startsWith("Non-consecutive offsets in "));
        assertThat(output).anyMatch(line -> line.contains("deleteHorizonMs: OptionalLong["));
        assertThat(output).anyMatch(line -> line.contains("count: 0"));
        assertThat(output)
                .filteredOn(line -> line.contains("isvalid"))
                .allMatch(line -> line.contains("isvalid: true"));
    }

    private static Map<String, String> read(PartitionLog log) {
        Map<String, String> read = new HashMap<>();
        PartitionCursor cursor = new PartitionCursor(log, Isolation.READ_COMMITTED, 1 << 16, 0);
        while (cursor.refill()) {
            cursor.next();
            BytesView key = cursor.record().key();
            BytesView value = cursor.record().value();
            String name = key == null ? "" : key.toUtf8();
            if (value == null) {
                read.remove(name);
            } else {
                read.put(name, value.toUtf8());
            }
        }
        return read;
    }
}
