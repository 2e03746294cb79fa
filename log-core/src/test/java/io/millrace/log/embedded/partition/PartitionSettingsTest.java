package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.TimestampType;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a topic's settings do to its partitions, and that they do it from the next append on. */
class PartitionSettingsTest {
    private static final TopicSettings HOURLY = TopicSettings.defaults().withSegmentAge(Duration.ofHours(1));
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final SimulatedWorld world = new SimulatedWorld(3);

    @Test
    void segmentThatIsOlderThanItsAgeIsClosed() {
        PartitionLog log = open(HOURLY, true);
        append(log, 1000);
        append(log, 1000 + HOUR);
        assertThat(log.view().segmentCount()).isEqualTo(1);
        append(log, 1001 + HOUR);
        assertThat(log.view().segmentCount()).isEqualTo(2);
        assertThat(timestamps(log)).containsExactly(1000L, 1000 + HOUR, 1001 + HOUR);
    }

    @Test
    void ageOfASegmentIsKnownAfterEachOpening() {
        for (boolean clean : new boolean[] {true, false}) {
            PartitionLog log = open(HOURLY.withSegmentBytes(clean ? 1 << 20 : 1 << 21), true);
            long start = log.view().logEndOffset() == 0 ? 1000 : 1000 + 10 * HOUR;
            append(log, start);
            append(log, start + 10);
            int before = log.view().segmentCount();
            if (clean) {
                log.close();
            }
            log = open(HOURLY, clean);
            append(log, start + HOUR);
            assertThat(log.view().segmentCount()).isEqualTo(before);
            append(log, start + HOUR + 1);
            assertThat(log.view().segmentCount()).isEqualTo(before + 1);
            log.close();
        }
    }

    @Test
    void markerDividesNothing() {
        PartitionLog log = open(HOURLY, true);
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(1, (short) 0, true);
        builder.append(1000, null, BytesView.ofUtf8("old"), List.of());
        log.append(builder.finish(0), AppendOrigin.CLIENT);
        log.appendMarker(1, (short) 1, true, 0);
        assertThat(log.view().segmentCount()).isEqualTo(1);
    }

    @Test
    void recordsOfAppendTimeCarryItAndSoDoesTheResult() {
        PartitionLog log = open(TopicSettings.defaults().withTimestampType(TimestampType.LOG_APPEND_TIME), true);
        long now = world.clock().millis();
        assertThat(append(log, 1000)).isEqualTo(new AppendResult(0, 0, false, now));
        world.advance(Duration.ofSeconds(1));
        append(log, 5);
        log.close();

        assertThat(timestamps(open(TopicSettings.defaults(), true))).containsExactly(now, now + 1000);
    }

    @Test
    void otherSettingsHoldFromTheNextAppendOn() {
        PartitionLog log = open(TopicSettings.defaults(), true);
        append(log, 1000);
        append(log, 1000);
        log.configure(TopicSettings.defaults().withSegmentBytes(1).withTimestampType(TimestampType.LOG_APPEND_TIME));
        append(log, 1000);
        append(log, 1000);
        assertThat(log.view().segmentCount()).isEqualTo(3);
        long now = world.clock().millis();
        assertThat(timestamps(log)).containsExactly(1000L, 1000L, now, now);
    }

    private PartitionLog open(TopicSettings topic, boolean clean) {
        return PartitionLog.open(
                world.world(),
                "orders-0",
                new TopicPartition("orders", 0),
                PartitionSettings.of(topic, Durability.PROCESS_CRASH),
                clean);
    }

    private static AppendResult append(PartitionLog log, long timestamp) {
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(BatchFormat.NO_PRODUCER_ID, BatchFormat.NO_PRODUCER_EPOCH, false);
        builder.append(timestamp, null, BytesView.ofUtf8("value"), List.of());
        ByteBuffer batch = builder.finish(BatchFormat.NO_SEQUENCE);
        return log.append(batch, AppendOrigin.CLIENT);
    }

    private static List<Long> timestamps(PartitionLog log) {
        List<Long> timestamps = new ArrayList<>();
        PartitionCursor cursor = new PartitionCursor(log, Isolation.READ_UNCOMMITTED, 1 << 16, 0);
        while (cursor.refill()) {
            cursor.next();
            timestamps.add(cursor.record().timestamp());
        }
        return timestamps;
    }
}
