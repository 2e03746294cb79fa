package io.millrace.proof.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's dump tool reads every file of a partition with many segments, aborts and open transactions: running, recovered and closed. */
class ManySegmentsDumpTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final PartitionSettings SETTINGS = new PartitionSettings(Durability.PROCESS_CRASH, 20_000, 500);
    /** The tool expects every file to begin at offset 0, also Kafka's own, and says so once a file. */
    private static final String BEGINS_LATER = "  -1 is followed by ";

    private final int[] sequences = new int[8];
    private final short[] epochs = new short[8];
    private final boolean[] open = new boolean[8];
    private final Random random = new Random(1);

    private PartitionLog write(World world, boolean clean) {
        PartitionLog log = PartitionLog.open(world, "orders-0", ORDERS, SETTINGS, clean);
        BatchBuilder builder = new BatchBuilder(1000);
        for (int i = 0; i < 1500; i++) {
            int producer = random.nextInt(8);
            if (open[producer] && random.nextInt(4) == 0) {
                log.appendMarker(producer, ++epochs[producer], random.nextBoolean(), 0);
                open[producer] = false;
                sequences[producer] = 0;
            } else {
                int records = 1 + random.nextInt(5);
                builder.begin(producer, epochs[producer], true);
                for (int k = 0; k < records; k++) {
                    builder.append(1_000_000 + random.nextInt(i + 1), null, BytesView.ofUtf8("value" + k), List.of());
                }
                log.append(builder.finish(sequences[producer]), AppendOrigin.CLIENT);
                open[producer] = true;
                sequences[producer] += records;
            }
        }
        return log;
    }

    private static List<String> complaints(Path directory) throws Exception {
        List<Path> files = KafkaDump.readableFiles(directory);
        assertThat(files).hasSizeGreaterThan(20);
        List<String> output = KafkaDump.dump(files, "--deep-iteration");
        assertThat(output).filteredOn(line -> line.startsWith("Dumping ")).hasSize(files.size());
        assertThat(output)
                .filteredOn(line -> line.contains(" is followed by "))
                .allMatch(line -> line.startsWith(BEGINS_LATER));
        return KafkaDump.complaints(output).stream()
                .filter(line -> !line.startsWith("Non-consecutive offsets in "))
                .toList();
    }

    @Test
    void everyFileIsReadWithoutComplaint(@TempDir Path directory) throws Exception {
        World world = SystemWorld.open(directory);
        PartitionLog abandoned = write(world, false);
        assertThat(complaints(directory)).as("of a running log").isEmpty();

        PartitionLog recovered = write(world, false);
        assertThat(recovered.view().logEndOffset())
                .isGreaterThan(abandoned.view().logEndOffset());
        assertThat(complaints(directory)).as("of a recovered log").isEmpty();

        recovered.close();
        assertThat(complaints(directory)).as("of a closed log").isEmpty();
        List<String> indexes = KafkaDump.dump(
                KafkaDump.readableFiles(directory).stream()
                        .filter(file -> file.toString().endsWith("index")
                                && !file.toString().endsWith(".txnindex"))
                        .toList(),
                "--index-sanity-check");
        assertThat(indexes)
                .filteredOn(line -> line.contains("passed sanity check"))
                .hasSizeGreaterThan(10);
        // Only lets go of its files: the directory is judged.
        abandoned.close();
    }
}
