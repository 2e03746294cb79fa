package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.partition.CommitHold;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of {@code __consumer_offsets} in the long run: it shrinks to what stands, and says the same. */
class OffsetsCompactionTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);
    private static final GroupMetadata NOBODY = new GroupMetadata("bank", "", -1);
    private static final long PRODUCER = 5;
    private static final MemberSettings MEMBER =
            new MemberSettings(Optional.empty(), Duration.ofSeconds(10), Duration.ofMinutes(5), () -> {});
    private static final int SEGMENT_BYTES = 2_000;
    /** A long name makes large records. */
    private static final String FILLING = "filling".repeat(60);

    private static final EmbeddedLogConfig CONFIG =
            EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS).withInternalSegmentBytes(SEGMENT_BYTES);

    private SimulatedWorld world = new SimulatedWorld(11);
    private LogEngine engine;

    @BeforeEach
    void open() {
        engine = LogEngine.open(world.world(), CONFIG);
        engine.admin().createTopic("orders", 2, TopicSettings.defaults());
    }

    @Test
    void theLogOfOffsetsStaysSmallHoweverManyAreCommitted() {
        long most = 0;
        short epoch = 0;
        for (long i = 0; i < 3_000; i++) {
            engine.groups().commit(NOBODY, Map.of(ORDERS, i));
            engine.groups().appendTransactionalOffsets(PRODUCER, epoch++, NOBODY, Map.of(ORDERS_1, i));
            end(epoch, i % 2 == 0);
            world.runFor(Duration.ofMillis(200));
            most = Math.max(most, bytes());
        }
        // Megabytes are written. What stays is what came since the last compaction, and the markers of a minute or two.
        assertThat(most).isLessThan(250_000);
        compactPastHorizon();
        assertThat(bytes()).isLessThan(8 * SEGMENT_BYTES);

        crash();
        assertThat(committed()).isEqualTo(Map.of(ORDERS, 2_999L, ORDERS_1, 2_998L));
    }

    @Test
    void ofDeletedGroupsAndTopicsNothingIsLeftInTheLog() {
        for (int i = 0; i < 200; i++) {
            engine.groups().commit(new GroupMetadata("group-" + i, "", -1), Map.of(ORDERS, 1L, ORDERS_1, 2L));
            engine.groups().operations().delete("group-" + i);
        }
        engine.groups().commit(NOBODY, Map.of(ORDERS, 1L, ORDERS_1, 2L));
        engine.admin().deleteTopic("orders");
        compactPastHorizon();

        assertThat(bytes()).isLessThan(8 * SEGMENT_BYTES);
        crash();
        assertThat(engine.admin().groups()).isEmpty();
    }

    @Test
    void anOpenTransactionKeepsWhatCameAfterItAndLosesNothingWithIt() {
        engine.groups().commit(NOBODY, Map.of(ORDERS, 1L));
        engine.groups().appendTransactionalOffsets(PRODUCER, (short) 0, NOBODY, Map.of(ORDERS, 2L));
        for (long i = 0; i < 100; i++) {
            engine.groups().commit(NOBODY, Map.of(ORDERS_1, i));
        }
        // Nobody who may be refused writes them here; the deletion of a topic does, and logs of before did.
        engine.groups()
                .appendTombstones("bank", new TreeSet<>(Set.of(ORDERS, ORDERS_1)))
                .run();
        engine.groups().commit(NOBODY, Map.of(ORDERS_1, 7L));
        compactPastHorizon();
        end((short) 1, true);
        crash();
        assertThat(committed()).as("the tombstone came after it").isEqualTo(Map.of(ORDERS_1, 7L));

        fill();
        compactPastHorizon();
        crash();
        assertThat(committed()).isEqualTo(Map.of(ORDERS_1, 107L));
    }

    @Test
    void aTombstoneInATransactionCountsIfThatCommitsAndNotIfItAborts() {
        engine.groups().commit(NOBODY, Map.of(ORDERS, 1L, ORDERS_1, 2L));
        transactionalTombstone((short) 0, ORDERS);
        appendMarker((short) 1, false);
        transactionalTombstone((short) 1, ORDERS_1);
        appendMarker((short) 2, true);
        crash();
        assertThat(committed()).isEqualTo(Map.of(ORDERS, 1L));

        for (int round = 0; round < 3; round++) {
            engine.groups().commit(new GroupMetadata("other", "", -1), Map.of(ORDERS, (long) round));
            fillOther();
            compactPastHorizon();
            crash();
            assertThat(committed()).isEqualTo(Map.of(ORDERS, 1L));
        }
    }

    @Test
    void offsetsOfAGroupThatNobodyIsInAreKeptForEver() {
        engine.groups().commit(NOBODY, Map.of(ORDERS, 1L));
        for (int month = 0; month < 3; month++) {
            fillOther();
            world.advance(Duration.ofDays(30));
            compactPastHorizon();
        }
        crash();

        assertThat(committed()).isEqualTo(Map.of(ORDERS, 1L));
    }

    private void fill() {
        for (long i = 0; i <= 107; i++) {
            engine.groups().commit(NOBODY, Map.of(ORDERS_1, i));
        }
    }

    private void fillOther() {
        for (long i = 0; i < 100; i++) {
            engine.groups().commit(new GroupMetadata("other", "", -1), Map.of(ORDERS_1, i));
        }
    }

    private void transactionalTombstone(short epoch, TopicPartition partition) {
        BytesWriter key = new BytesWriter(64);
        GroupRecordFormat.writeOffsetKey(new OffsetKey("bank", partition), key);
        append(epoch, key.viewInto(new BytesView()), null);
    }

    private void append(short epoch, BytesView key, @Nullable BytesView value) {
        BatchBuilder batch = new BatchBuilder(256);
        batch.begin(PRODUCER, epoch, true);
        batch.append(world.world().clock().millis(), key, value, List.of());
        log().append(batch.finish(BatchFormat.NO_SEQUENCE), AppendOrigin.COORDINATOR);
    }

    private void end(short epoch, boolean commit) {
        appendMarker(epoch, commit);
        engine.groups().completeTransaction(LogEngine.OFFSETS_PARTITION, PRODUCER, commit, new CommitHold());
    }

    private void appendMarker(short epoch, boolean commit) {
        log().appendMarker(PRODUCER, epoch, commit, 0);
        log().force();
    }

    private PartitionLog log() {
        return engine.partition(LogEngine.OFFSETS_PARTITION);
    }

    /** What was written is forced, compacted, and compacted again when what may go after its horizon may go. */
    private void compactPastHorizon() {
        for (int round = 0; round < 3; round++) {
            writeMuch();
            world.runFor(Duration.ofSeconds(31));
            world.advance(Duration.ofHours(25));
        }
    }

    /** The last segment is never compacted, and nothing is before half of the log is new. */
    private void writeMuch() {
        for (int i = 0; i < 200; i++) {
            engine.groups()
                    .join(FILLING, existing -> Collections.emptySortedSet(), MEMBER)
                    .leave();
        }
    }

    private long bytes() {
        long bytes = 0;
        for (String name : world.storage().list("__consumer_offsets-0")) {
            bytes += name.endsWith(".log") ? world.storage().size("__consumer_offsets-0/" + name) : 0;
        }
        return bytes;
    }

    private Map<TopicPartition, Long> committed() {
        return engine.groups().committed("bank");
    }

    private void crash() {
        world = world.restart(CrashMode.POWER);
        engine = LogEngine.open(world.world(), CONFIG);
    }
}
