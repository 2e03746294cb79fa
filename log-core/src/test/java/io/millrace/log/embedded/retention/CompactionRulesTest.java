package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchRewriter;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays in a compacted log, and how long, batch by batch: what readers of records do not see. */
class CompactionRulesTest {
    private static final TopicPartition TABLE = new TopicPartition("table", 0);
    private static final int HORIZON_MILLIS = 1_000;
    private static final PartitionSettings SETTINGS = settings(300);
    /** The bytes of the key of a marker that commits: version 0, type 1. */
    private static final BytesView KEY_OF_A_COMMIT = BytesView.of(new byte[] {0, 0, 0, 1});

    private static final BytesView KEY_OF_AN_ABORT = BytesView.of(new byte[] {0, 0, 0, 0});

    private final SimulatedWorld world = new SimulatedWorld(3);
    private final BatchBuilder builder = new BatchBuilder(100);
    private PartitionLog log = open(false);
    private int fillers;

    // --- markers
    // ------------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMarkerStaysUntilItsDeleteHorizonThoughAllDataOfItsTransactionIsGone(boolean commit) {
        long data = put(1, 0, true, "k", "v");
        long marker = end(1, commit);
        put(2, 0, false, "k", "newer");
        assertThat(compact()).as("the one that meets the data").isTrue();
        forgetProducers();
        compact();
        assertThat(recordsOf(1)).as("data").doesNotContain(data);
        assertThat(markers()).as("its horizon is set now").containsExactly(marker);
        world.advance(Duration.ofMillis(HORIZON_MILLIS - 1));
        compact();
        assertThat(markers()).as("before its horizon").containsExactly(marker);
        world.advance(Duration.ofMillis(1));
        compact();
        assertThat(markers()).as("at its horizon").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMarkerStaysWhateverTimeGoesAsLongAsAnythingOfItsTransactionDoes(boolean commit) {
        put(1, 0, true, "a", "v");
        put(1, 1, true, "b", "v");
        long marker = end(1, commit);
        put(2, 0, false, "a", "newer");
        for (int i = 0; i < 4; i++) {
            compact();
            world.advance(Duration.ofMillis(2 * HORIZON_MILLIS));
        }
        boolean dataStays = commit;
        assertThat(recordsOf(1)).hasSize(dataStays ? 1 : 0);
        assertThat(markers()).contains(marker);
        log.close();
        log = open(true);
        assertThat(values()).contains("a=newer").doesNotContain("a=v");
        assertThat(values().contains("b=v")).isEqualTo(commit);
        if (commit) {
            forgetProducers();
            compact();
            compact();
            assertThat(markers()).as("b is still there").contains(marker);
        }
    }

    /** Records of users whose keys are those of markers (KAFKA-14055). */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aUsersKeyThatEqualsThatOfAMarkerRemovesNoMarkerAndIsRemovedByNone(boolean commit) {
        put(1, 0, true, "k", "v");
        put(1, 1, true, KEY_OF_A_COMMIT, BytesView.ofUtf8("mine"));
        put(1, 2, true, KEY_OF_AN_ABORT, BytesView.ofUtf8("mine too"));
        long marker = end(1, commit);
        put(2, 0, true, KEY_OF_A_COMMIT, BytesView.ofUtf8("of 2"));
        put(2, 1, true, KEY_OF_AN_ABORT, null);
        long aborted = end(2, false);
        for (int i = 0; i < 3; i++) {
            compact();
            world.advance(Duration.ofMillis(2 * HORIZON_MILLIS));
        }
        assertThat(markers()).contains(marker, aborted);
        String key = KEY_OF_A_COMMIT.toUtf8();
        String other = KEY_OF_AN_ABORT.toUtf8();
        assertThat(values().contains("k=v")).isEqualTo(commit);
        assertThat(values().contains(key + "=mine")).isEqualTo(commit);
        assertThat(values().contains(other + "=mine too")).isEqualTo(commit);
        assertThat(values()).doesNotContain(key + "=of 2");
    }

    // --- tombstones
    // ------------------------------------------------------------------------------------------------------------------

    /** The horizon is set once, and later compactions leave it where it is (KIP-534: KAFKA-4545, KAFKA-8522). */
    @Test
    void compactionsOneAfterTheOtherDoNotPutTheDeleteHorizonOff() {
        put(1, 0, false, "k", "v");
        put(1, 1, false, "k", null);
        put(1, 2, false, "other", "v");
        compact();
        for (int i = 0; i < 4; i++) {
            assertThat(values()).contains("k=null");
            world.advance(Duration.ofMillis(HORIZON_MILLIS / 4));
            compact();
        }
        assertThat(values()).contains("other=v").doesNotContain("k=null", "k=v");
    }

    @Test
    void aTombstoneThatIsGoneLeavesNothingBehindThatItHid() {
        put(1, 0, false, "k", "v1");
        filler();
        put(1, 1, false, "k", "v2");
        compact();
        put(1, 2, false, "k", null);
        filler();
        for (int i = 0; i < 4; i++) {
            compact();
            assertThat(values()).doesNotContain("k=v1", "k=v2");
            world.advance(Duration.ofMillis(HORIZON_MILLIS));
        }
        assertThat(values()).doesNotContain("k=null");
    }

    /** A horizon that overflows lies in the past, and a key that was removed would come back for who reads slowly. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE / 2})
    void aTombstoneThatIsToBeKeptForEverIsKept(long deleteRetentionMillis) {
        TopicSettings topic = SETTINGS.topic();
        log.configure(
                topic.withCompaction(topic.compaction().withDeleteRetention(Duration.ofMillis(deleteRetentionMillis))));
        put(1, 0, false, "k", "v");
        put(1, 1, false, "k", null);
        for (int i = 0; i < 4; i++) {
            compact();
            world.advance(Duration.ofDays(36_500));
        }
        assertThat(values()).containsExactly("k=null");
    }

    // --- what producers leave
    // ------------------------------------------------------------------------------------------------------------------

    /** The topic of offsets must not grow with every producer that ever wrote to it (KAFKA-8335, KAFKA-12282). */
    @Test
    void whatProducersLeaveGoesWithThem() {
        for (int producer = 100; producer < 150; producer++) {
            put(producer, 0, true, "group", "offset " + producer);
            end(producer, producer % 2 == 0);
        }
        put(1, 0, false, "group", "last");
        compact();
        assertThat(producers()).as("known, so something of them stays").hasSizeGreaterThan(50);
        forgetProducers();
        for (int i = 0; i < 3; i++) {
            compact();
            world.advance(Duration.ofMillis(HORIZON_MILLIS));
        }
        assertThat(values()).contains("group=last");
        assertThat(producers()).allMatch(id -> id < 100);
        long size = log.view().sizeBytes();
        for (int i = 0; i < 30; i++) {
            compact();
        }
        assertThat(log.view().sizeBytes()).as("it grows no more").isLessThan(size + 500);
    }

    @Test
    void theLastBatchOfAProducerThatIsKnownStaysAndStillTellsItsDuplicates() {
        put(1, 0, false, "k", "v");
        long last = put(1, 1, false, "k", "w");
        put(2, 0, false, "k", "newer");
        compact();
        log.close();
        for (String name : world.storage().list("table-0")) {
            if (name.endsWith(LogFiles.SNAPSHOT)) {
                world.storage().delete("table-0/" + name);
            }
        }
        log = open(false);
        builder.begin(1, (short) 0, false);
        builder.append(5, BytesView.ofUtf8("k"), BytesView.ofUtf8("w"), List.of());
        var again = log.append(builder.finish(1), AppendOrigin.CLIENT);
        assertThat(again.duplicate()).isTrue();
        assertThat(again.baseOffset()).isEqualTo(last);
    }

    // --- limits
    // ------------------------------------------------------------------------------------------------------------------

    @Test
    void aBatchOfMoreKeysThanAreLookedUpIsCompactedNevertheless() {
        for (int round = 0; round < 2; round++) {
            builder.begin(1, (short) 0, false);
            for (int i = 0; i < 5; i++) {
                builder.append(5, BytesView.ofUtf8("k" + i), BytesView.ofUtf8("v" + round), List.of());
            }
            log.append(builder.finish(5 * round), AppendOrigin.CLIENT);
        }
        filler();
        log.checkpoint();
        for (int pass = 0; pass < 4; pass++) {
            compact(2);
        }
        assertThat(values()).contains("k0=v1", "k4=v1").doesNotContain("k0=v0", "k4=v0");
    }

    /** Positions in a segment are relative and 32 bits wide: segments that lie further apart stay apart, however small they are. */
    @Test
    void segmentsAreNotMergedBeyondTheOffsetsThatOneCanHold() {
        log.close();
        SimulatedWorld other = new SimulatedWorld(4);
        long[] bases = {0, Integer.MAX_VALUE - 10L, Integer.MAX_VALUE + 5L, Integer.MAX_VALUE + 100L};
        other.storage().createDirectories("table-0");
        for (int i = 0; i < bases.length; i++) {
            long end = i + 1 < bases.length ? bases[i + 1] : bases[i] + 2;
            writeSegment(other.storage(), bases[i], end, i);
        }
        log = PartitionLog.open(other.world(), "table-0", TABLE, settings(1 << 20), false);
        log.checkpoint();
        log.cleaning().step(() -> log.cleaning().closeActive(active -> true) ? 1 : 0);
        log.checkpoint();
        assertThat(compactNow(1000)).isTrue();
        assertThat(values()).containsExactly("own0=v", "own1=v", "own2=v", "own3=v", "k=v3");
        List<Long> present = other.storage().list("table-0").stream()
                .filter(name -> name.endsWith(LogFiles.LOG))
                .map(name -> LogFiles.offsetOf(name, LogFiles.LOG).orElseThrow())
                .toList();
        assertThat(present).containsExactly(0L, Integer.MAX_VALUE - 10L, Integer.MAX_VALUE + 102L);
        log.close();
        log = PartitionLog.open(other.world(), "table-0", TABLE, settings(1 << 20), false);
        assertThat(values()).containsExactly("own0=v", "own1=v", "own2=v", "own3=v", "k=v3");
    }

    /** A filler as large as can be, and two records at the end. */
    private void writeSegment(Storage storage, long base, long end, int number) {
        try (StorageFile file = storage.open(LogFiles.path("table-0", base, LogFiles.LOG), OpenMode.CREATE)) {
            if (end - base > 2) {
                file.append(BatchRewriter.filler(base, end - 2));
            }
            for (int i = 0; i < 2; i++) {
                builder.begin(-1, (short) -1, false);
                String key = i == 0 ? "own" + number : "k";
                builder.append(5, BytesView.ofUtf8(key), BytesView.ofUtf8(i == 0 ? "v" : "v" + number), List.of());
                ByteBuffer batch = builder.finish(-1);
                batch.putLong(batch.position(), end - 2 + i);
                file.append(batch);
            }
        }
    }

    @Test
    void segmentsAreNotMergedBeyondTheSizeOfOne() {
        for (int i = 0; i < 40; i++) {
            put(1, i, false, "k" + i, "v");
        }
        compact();
        for (String name : world.storage().list("table-0")) {
            if (name.endsWith(LogFiles.LOG)) {
                assertThat(world.storage().size("table-0/" + name)).isLessThan(400);
            }
        }
    }

    // --- what they need
    // ------------------------------------------------------------------------------------------------------------------

    private static PartitionSettings settings(int segmentBytes) {
        return new PartitionSettings(Durability.PROCESS_CRASH, segmentBytes, 100)
                .withTopic(TopicSettings.compacted()
                        .withSegmentBytes(segmentBytes)
                        .withCompaction(TopicSettings.Compaction.defaults()
                                .withMinDirtyRatio(0)
                                .withDeleteRetention(Duration.ofMillis(HORIZON_MILLIS))));
    }

    private PartitionLog open(boolean clean) {
        return PartitionLog.open(world.world(), "table-0", TABLE, SETTINGS, clean);
    }

    private long put(long producer, int sequence, boolean transactional, String key, @Nullable String value) {
        return put(
                producer,
                sequence,
                transactional,
                BytesView.ofUtf8(key),
                value == null ? null : BytesView.ofUtf8(value));
    }

    private long put(long producer, int sequence, boolean transactional, BytesView key, @Nullable BytesView value) {
        builder.begin(producer, (short) 0, transactional);
        builder.append(world.clock().millis(), key, value, List.of());
        return log.append(builder.finish(sequence), AppendOrigin.CLIENT).baseOffset();
    }

    private long end(long producer, boolean commit) {
        return log.appendMarker(producer, (short) 1, commit, 0);
    }

    private void forgetProducers() {
        log.cleaning().expireProducers(world.clock().millis(), 0);
    }

    /** Two segments' worth of records that nobody asks for, so that what came before is closed, and something is dirty. */
    private void filler() {
        for (int i = 0; i < 2; i++) {
            builder.begin(-1, (short) -1, false);
            builder.append(
                    world.clock().millis(),
                    BytesView.ofUtf8("filler"),
                    BytesView.ofUtf8("x".repeat(230) + fillers++),
                    List.of());
            log.append(builder.finish(-1), AppendOrigin.CLIENT);
        }
    }

    /** @return false if there was nothing to compact */
    private boolean compact() {
        filler();
        return compact(1000);
    }

    private boolean compact(int mostKeys) {
        log.checkpoint();
        return compactNow(mostKeys);
    }

    private boolean compactNow(int mostKeys) {
        PartitionCleaning cleaning = log.cleaning();
        Compaction[] begun = new Compaction[1];
        cleaning.step(() -> {
            begun[0] = Compaction.begin(cleaning, world.clock().millis(), mostKeys);
            return 0;
        });
        Compaction compaction = begun[0];
        if (compaction == null) {
            return false;
        }
        try {
            while (cleaning.step(() -> compaction.step() ? 1 : 0) == 0) {
                assertThat(log.hasFailed()).isFalse();
            }
        } finally {
            compaction.close();
        }
        return true;
    }

    private List<Long> markers() {
        List<Long> offsets = new ArrayList<>();
        log.forEachBatch(0, batch -> {
            if (batch.isControl()) {
                offsets.add(batch.baseOffset());
            }
        });
        return offsets;
    }

    private List<Long> recordsOf(long producer) {
        List<Long> offsets = new ArrayList<>();
        log.forEachBatch(0, batch -> {
            if (!batch.isControl() && batch.producerId() == producer && batch.recordCount() > 0) {
                offsets.add(batch.baseOffset());
            }
        });
        return offsets;
    }

    private List<Long> producers() {
        List<Long> ids = new ArrayList<>();
        log.forEachBatch(0, batch -> {
            if (batch.hasProducerId()) {
                ids.add(batch.producerId());
            }
        });
        return ids;
    }

    /** What a reader who begins now gets; without what only fills segments. */
    private List<String> values() {
        List<String> values = new ArrayList<>();
        PartitionCursor cursor = new PartitionCursor(
                log, Isolation.READ_COMMITTED, 100, log.view().logStartOffset());
        while (cursor.refill()) {
            while (cursor.next()) {
                LogRecord record = cursor.record();
                BytesView key = record.key();
                BytesView value = record.value();
                String text = (key == null ? "null" : key.toUtf8()) + '=' + (value == null ? "null" : value.toUtf8());
                if (!text.startsWith("filler")) {
                    values.add(text);
                }
            }
        }
        return values;
    }
}
