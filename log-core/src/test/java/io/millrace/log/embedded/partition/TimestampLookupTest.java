package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Offsets by timestamp, against going through all records: over segments, indexes, markers, open and aborted transactions. */
class TimestampLookupTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final long PRODUCER = 9;

    private final SimulatedWorld world = new SimulatedWorld(3);

    @Test
    void theAnswerIsTheOneOfGoingThroughAllRecordsWhateverTheSegmentsAndIndexes() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            PartitionSettings settings = settings();
            PartitionLog log = open("orders-" + seed, settings);
            List<Long> timestamps = new ArrayList<>();
            for (int batch = 0; batch < 60; batch++) {
                long[] ofBatch = new long[1 + random.nextInt(3)];
                for (int i = 0; i < ofBatch.length; i++) {
                    ofBatch[i] = batch * 10L + random.nextInt(40);
                    timestamps.add(ofBatch[i]);
                }
                append(log, BatchFormat.NO_PRODUCER_ID, (short) -1, false, BatchFormat.NO_SEQUENCE, ofBatch);
            }
            check(log, timestamps);
            log.close();
            log = open("orders-" + seed, settings);
            check(log, timestamps);
            log.close();
            // Indexes are hints: without them, and with one that lost its end, the answer is the same.
            for (String name : world.storage().list("orders-" + seed)) {
                if (name.endsWith(".timeindex")) {
                    if (random.nextBoolean()) {
                        world.storage().delete("orders-" + seed + "/" + name);
                    } else {
                        cut("orders-" + seed + "/" + name);
                    }
                }
            }
            log = open("orders-" + seed, settings);
            check(log, timestamps);
            log.close();
        }
    }

    @Test
    void aReadCommittedLookupEndsAtTheLastStableOffset() {
        PartitionLog log = open("orders-open", settings());
        append(log, BatchFormat.NO_PRODUCER_ID, (short) -1, false, BatchFormat.NO_SEQUENCE, 10);
        append(log, PRODUCER, (short) 0, true, 0, 20);
        append(log, BatchFormat.NO_PRODUCER_ID, (short) -1, false, BatchFormat.NO_SEQUENCE, 30);

        assertThat(log.offsetForTimestamp(15, Isolation.READ_UNCOMMITTED)).hasValue(1);
        assertThat(log.offsetForTimestamp(15, Isolation.READ_COMMITTED)).isEmpty();
        assertThat(log.offsetForTimestamp(25, Isolation.READ_COMMITTED)).isEmpty();
        assertThat(log.offsetForTimestamp(10, Isolation.READ_COMMITTED)).hasValue(0);

        log.appendMarker(PRODUCER, (short) 1, false, 0);
        assertThat(log.offsetForTimestamp(15, Isolation.READ_COMMITTED))
                .as("aborted records are passed over")
                .hasValue(2);
        assertThat(log.offsetForTimestamp(31, Isolation.READ_UNCOMMITTED))
                .as("the marker is no record")
                .isEmpty();
        log.close();
    }

    private static void check(PartitionLog log, List<Long> timestamps) {
        for (long wanted = -5; wanted < 660; wanted += 3) {
            int first = 0;
            while (first < timestamps.size() && timestamps.get(first) < wanted) {
                first++;
            }
            assertThat(log.offsetForTimestamp(wanted, Isolation.READ_COMMITTED).orElse(timestamps.size()))
                    .as("%d", wanted)
                    .isEqualTo(first);
        }
    }

    private void cut(String path) {
        try (var file = world.storage().open(path, OpenMode.WRITE)) {
            file.truncate(file.size() / 24 * 12);
        }
    }

    private static PartitionSettings settings() {
        return new PartitionSettings(Durability.PROCESS_CRASH, 1500, 200);
    }

    private PartitionLog open(String directory, PartitionSettings settings) {
        return PartitionLog.open(world.world(), directory, ORDERS, settings, true);
    }

    private static void append(
            PartitionLog log, long producer, short epoch, boolean transactional, int sequence, long... timestamps) {
        BatchBuilder batch = new BatchBuilder(256);
        batch.begin(producer, epoch, transactional);
        for (long timestamp : timestamps) {
            batch.append(timestamp, null, BytesView.ofUtf8("value"), List.of());
        }
        log.append(batch.finish(sequence), AppendOrigin.CLIENT);
    }
}
