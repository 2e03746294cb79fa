package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartitionFailureTest {
    private static PartitionSettings settings(Durability durability) {
        return new PartitionSettings(durability, 1 << 20, 4096);
    }

    private static ByteBuffer batch(long producerId, int sequence) {
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(producerId, (short) 0, false);
        builder.append(1000, null, BytesView.ofUtf8("value"), List.of());
        return builder.finish(sequence);
    }

    private static Disposition dispositionOf(Runnable call) {
        LogException refused = catchThrowableOfType(LogException.class, call::run);
        assertThat(refused).isNotNull();
        return refused.disposition();
    }

    private static ModelledLog started(Durability durability) {
        ModelledLog log = new ModelledLog(1, settings(durability));
        log.append(1, true, 3);
        log.end(1, true);
        log.force();
        return log;
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void fullDiskLeavesNothingAndTheSameBatchSucceedsLater(Durability durability) {
        ModelledLog log = started(durability);
        log.world().storage().failNext(StorageOperation.WRITE, Kind.NO_SPACE);

        assertThat(dispositionOf(() -> log.log().append(batch(5, 0), AppendOrigin.CLIENT)))
                .isEqualTo(Disposition.RETRY);
        log.check();

        assertThat(log.log().append(batch(5, 0), AppendOrigin.CLIENT)).isEqualTo(new AppendResult(4, 4, false));
    }

    @Test
    void fullDiskAtARollLeavesTheFormerSegmentActive() {
        ModelledLog log = new ModelledLog(1, new PartitionSettings(Durability.PROCESS_CRASH, 1, 4096));
        log.append(1, true, 3);
        for (int skip = 0; skip < 4; skip++) {
            log.world().storage().failAfter(StorageOperation.OPEN, skip, Kind.NO_SPACE);
            assertThat(dispositionOf(() -> log.log().appendMarker(1, (short) 1, true, 0)))
                    .isEqualTo(Disposition.RETRY);
            log.check();
        }
        log.end(1, true);
        log.reopenCleanly();
        log.check();
        assertThat(log.log().view().segmentCount()).isEqualTo(2);
    }

    /** A roll opens and truncates five files: three indexes, a snapshot, and last the new segment, which a failure may leave there. */
    @ParameterizedTest
    @EnumSource(names = {"OPEN", "TRUNCATE"})
    void smallerBatchBehindAFailedRollIsNotLost(StorageOperation failing) {
        for (int skip = 0; skip < 5; skip++) {
            for (boolean clean : new boolean[] {true, false}) {
                ModelledLog log = new ModelledLog(1, new PartitionSettings(Durability.PROCESS_CRASH, 300, 4096));
                log.append(1, true, 1);
                log.world().storage().failAfter(failing, skip, Kind.NO_SPACE);
                BatchBuilder large = new BatchBuilder(512);
                large.begin(5, (short) 0, false);
                large.append(1000, null, BytesView.of(new byte[300]), List.of());
                assertThat(dispositionOf(() -> log.log().append(large.finish(0), AppendOrigin.CLIENT)))
                        .isEqualTo(Disposition.RETRY);

                log.end(1, false);
                log.append(2, false, 1);
                if (clean) {
                    log.reopenCleanly();
                } else {
                    log.checkpoint();
                    log.crash(CrashMode.PROCESS);
                }
                log.check();
            }
        }
    }

    @Test
    void brokenDeviceStopsTheWriterAndReadersGoOn() {
        ModelledLog log = started(Durability.PROCESS_CRASH);
        log.world().storage().failNext(StorageOperation.WRITE, Kind.IO);

        assertThat(dispositionOf(() -> log.log().append(batch(5, 0), AppendOrigin.CLIENT)))
                .isEqualTo(Disposition.STOP);
        assertThat(dispositionOf(() -> log.log().append(batch(5, 0), AppendOrigin.CLIENT)))
                .as("nothing is tried again")
                .isEqualTo(Disposition.STOP);
        assertThat(dispositionOf(log.log()::force)).isEqualTo(Disposition.STOP);
        log.check();

        log.log().close();
        log.crash(CrashMode.POWER);
        log.check();
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void failedForceIsFinalAndNothingBehindItIsPromised(Durability durability) {
        ModelledLog log = started(durability);
        log.append(1, true, 1);
        log.world().storage().failNext(StorageOperation.FORCE, Kind.IO);

        assertThat(dispositionOf(log.log()::force)).isEqualTo(Disposition.STOP);
        assertThat(dispositionOf(log.log()::force)).isEqualTo(Disposition.STOP);
        assertThat(dispositionOf(() -> log.log().appendMarker(1, (short) 2, true, 0)))
                .isEqualTo(Disposition.STOP);
        assertThat(log.log().recoveryPoint()).isEqualTo(4);
        assertThat(log.read(Isolation.READ_COMMITTED, 0, 100)).hasSize(3);

        log.log().close();
        log.crash(CrashMode.POWER);
        log.check();
    }

    @Test
    void failedTruncateAfterAFailedWriteIsFinal() {
        ModelledLog log = started(Durability.PROCESS_CRASH);
        log.world().storage().failNext(StorageOperation.WRITE, Kind.NO_SPACE);
        log.world().storage().failNext(StorageOperation.TRUNCATE, Kind.IO);

        assertThat(dispositionOf(() -> log.log().append(batch(5, 0), AppendOrigin.CLIENT)))
                .isEqualTo(Disposition.STOP);
        log.check();

        log.crash(CrashMode.PROCESS);
        log.check();
    }

    @Test
    void powerLossShowsReadersOnlyWhatWasForced() {
        ModelledLog log = started(Durability.POWER_LOSS);
        int[] woken = {0};
        log.log().onAppend(() -> woken[0]++);
        log.append(2, false, 1);

        assertThat(log.log().view().lastStableOffset()).isEqualTo(4);
        log.force();
        assertThat(log.log().view().lastStableOffset()).isEqualTo(5);
        assertThat(woken[0]).isEqualTo(2);
    }

    @Test
    void batchThatChangedInMemoryIsRefused() {
        ModelledLog log = started(Durability.PROCESS_CRASH);
        ByteBuffer bad = batch(5, 0);
        bad.put(bad.limit() - 1, (byte) (bad.get(bad.limit() - 1) ^ 1));

        assertThat(dispositionOf(() -> log.log().append(bad, AppendOrigin.CLIENT)))
                .isEqualTo(Disposition.STOP);
        log.check();
    }

    @Test
    void whatIsNoBatchOfDataIsRefused() {
        PartitionLog log = started(Durability.PROCESS_CRASH).log();
        ByteBuffer two =
                ByteBuffer.allocate(200).put(batch(5, 0)).put(batch(5, 1)).flip();

        assertThatThrownBy(() -> log.append(two, AppendOrigin.CLIENT)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.append(batch(5, BatchFormat.NO_SEQUENCE), AppendOrigin.CLIENT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.append(ByteBuffer.allocateDirect(100), AppendOrigin.CLIENT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void positionThatTheLogDoesNotReachIsRefused() {
        PartitionLog log = started(Durability.PROCESS_CRASH).log();

        assertThat(dispositionOf(() -> new PartitionCursor(log, Isolation.READ_COMMITTED, 100, 5)))
                .isEqualTo(Disposition.STOP);
        PartitionCursor cursor = new PartitionCursor(log, Isolation.READ_COMMITTED, 100, 4);
        assertThat(cursor.refill()).isFalse();
        assertThat(dispositionOf(() -> cursor.seek(-1))).isEqualTo(Disposition.STOP);
    }

    @Test
    void seekIntoABatchBeginsAtThatRecord() {
        PartitionLog log = started(Durability.PROCESS_CRASH).log();
        PartitionCursor cursor = new PartitionCursor(log, Isolation.READ_COMMITTED, 100, 0);
        cursor.refill();
        cursor.next();
        cursor.seek(1);

        assertThat(cursor.isExhausted()).isTrue();
        assertThat(cursor.position()).isEqualTo(1);
        assertThat(cursor.refill()).isTrue();
        assertThat(cursor.position()).isEqualTo(1);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.record().offset()).isEqualTo(1);
        assertThat(cursor.position()).isEqualTo(2);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.refill()).isFalse();
        assertThat(cursor.position()).as("past the marker").isEqualTo(4);
    }

    @Test
    void sequenceGoesOnAtZeroBehindTheLargest() {
        PartitionLog log = started(Durability.PROCESS_CRASH).log();
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(8, (short) 0, false);
        builder.append(1000, null, null, List.of());
        // A coordinator's batch may begin anywhere, which saves two thousand million records.
        log.append(builder.finish(Integer.MAX_VALUE), AppendOrigin.COORDINATOR);

        AppendResult wrapped = log.append(batch(8, 0), AppendOrigin.CLIENT);

        assertThat(wrapped.duplicate()).isFalse();
        assertThat(log.append(batch(8, 0), AppendOrigin.CLIENT))
                .isEqualTo(new AppendResult(wrapped.baseOffset(), wrapped.lastOffset(), true));
    }
}
