package io.millrace.proof.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.Durability;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.partition.BatchWriter;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's dump tool inflates and reads every record of a partition whose batches have all codecs. */
class CompressedDumpTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final int BATCHES = 40;
    private static final int RECORDS = 150;

    @Test
    void everyRecordOfEveryCodecIsReadWithoutComplaint(@TempDir Path directory) throws Exception {
        World world = SystemWorld.open(directory);
        TopicSettings topic = TopicSettings.defaults().withSegmentBytes(100_000);
        PartitionSettings settings = PartitionSettings.of(topic, Durability.PROCESS_CRASH);
        try (PartitionLog log = PartitionLog.open(world, ORDERS.toString(), ORDERS, settings, false);
                BatchWriter writer = new BatchWriter(RecordIterator.MAX_INFLATED_BYTES)) {
            for (Codec codec : Codec.values()) {
                log.configure(topic.withCompression(Compression.of(codec)));
                write(log, writer, codec);
            }
        }

        List<Path> files = KafkaDump.readableFiles(directory);
        List<String> output = KafkaDump.dump(files, "--deep-iteration", "--print-data-log");
        assertThat(KafkaDump.complaints(output))
                .allMatch(line -> line.startsWith("Non-consecutive offsets in "))
                // The tool expects every file to begin at offset 0, and says so once a file.
                .hasSizeLessThan(files.size());
        for (Codec codec : Codec.values()) {
            String name = codec.name().toLowerCase(Locale.ROOT);
            assertThat(output)
                    .as("records of %s", codec)
                    .filteredOn(line -> line.contains("payload: " + name + "-"))
                    .hasSize(BATCHES * RECORDS);
            assertThat(output)
                    .as("batches of %s", codec)
                    .filteredOn(
                            line -> line.contains("compresscodec: " + name + " ") && line.contains("isControl: false"))
                    .hasSizeGreaterThanOrEqualTo(BATCHES);
        }
        assertThat(output)
                .as("markers")
                .filteredOn(line -> line.contains("isControl: true"))
                .hasSize(Codec.values().length)
                .allMatch(line -> line.contains("compresscodec: none "));
    }

    /** One transaction with one codec. */
    private static void write(PartitionLog log, BatchWriter writer, Codec codec) {
        BatchBuilder batch = new BatchBuilder(1000);
        long producerId = codec.ordinal();
        int sequence = 0;
        for (int i = 0; i < BATCHES; i++) {
            batch.begin(producerId, (short) 0, true);
            for (int k = 0; k < RECORDS; k++) {
                String value = codec.name().toLowerCase(Locale.ROOT) + "-order-" + i + "-" + k;
                batch.append(1_000_000 + i, BytesView.ofUtf8("account-" + k), BytesView.ofUtf8(value), List.of());
            }
            writer.append(log, batch, sequence);
            sequence += RECORDS;
        }
        log.appendMarker(producerId, (short) 1, codec.ordinal() % 2 == 0, 0);
    }
}
