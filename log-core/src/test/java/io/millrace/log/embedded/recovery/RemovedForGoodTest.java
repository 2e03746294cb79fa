package io.millrace.log.embedded.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedStorage;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a recovery takes out of a log does not come back with a power cut, though nothing was appended and forced since (R4). */
class RemovedForGoodTest {
    private static final String DIRECTORY = "orders-0";
    private static final String FIRST = "00000000000000000000.log";
    /** Disks that one power cut may leave. */
    private static final int DISKS = 40;
    /** Whether the call in which a process dies has its effect is decided by these. */
    private static final int SEEDS = 8;

    /** What stands behind the one batch that is sound. */
    private enum Behind {
        DAMAGED_BATCH {
            @Override
            void write(Storage storage) {
                append(storage, FIRST, damaged(1));
            }
        },
        BATCH_OF_ANOTHER_OFFSET {
            @Override
            void write(Storage storage) {
                append(storage, FIRST, batch(7));
            }
        },
        SEGMENT_OUT_OF_PLACE {
            @Override
            void write(Storage storage) {
                append(storage, "00000000000000000002.log", damaged(2));
            }
        },
        WHOLE_SEGMENT_THAT_IS_KEPT_ASIDE {
            @Override
            void write(Storage storage) {
                append(storage, FIRST, damaged(1));
                append(storage, "00000000000000000002.log", batch(2));
            }
        },
        SNAPSHOT_OF_LATER_PRODUCERS {
            @Override
            void write(Storage storage) {
                append(storage, "00000000000000000002.snapshot", damaged(2));
            }
        },
        UNFINISHED_COMPACTION {
            @Override
            void write(Storage storage) {
                append(storage, "00000000000000000000.log.cleaned", batch(0));
            }
        };

        abstract void write(Storage storage);
    }

    private static SimulatedStorage diskWith(Behind behind, long seed) {
        SimulatedStorage storage = new SimulatedStorage(seed);
        storage.createDirectories(DIRECTORY);
        append(storage, FIRST, batch(0));
        behind.write(storage);
        storage.syncDirectory(DIRECTORY);
        storage.syncDirectory("");
        return storage;
    }

    private static void append(Storage storage, String name, ByteBuffer bytes) {
        try (StorageFile file = storage.open(DIRECTORY + '/' + name, OpenMode.CREATE)) {
            file.append(bytes);
            file.force();
        }
    }

    private static ByteBuffer batch(long offset) {
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(1, (short) 0, false);
        builder.append(1_000, BytesView.ofUtf8("key"), BytesView.ofUtf8("value"), List.of());
        return builder.finish((int) offset).putLong(0, offset);
    }

    private static ByteBuffer damaged(long offset) {
        ByteBuffer batch = batch(offset);
        int last = batch.limit() - 1;
        return batch.put(last, (byte) (batch.get(last) ^ 1));
    }

    private static void recover(Storage storage) {
        recover(storage, LastEnd.UNCLEAN);
    }

    private static void recover(Storage storage, LastEnd lastEnd) {
        SegmentDirectory directory =
                new SegmentDirectory(storage, DIRECTORY, new TopicPartition("orders", 0), 4096, "");
        RecoveredLog log = LogRecovery.recover(directory, lastEnd, () -> Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(log.logEndOffset()).isEqualTo(1);
    }

    private static void assertOnlyTheSoundBatchSurvivesPowerCuts(SimulatedStorage recovered) {
        for (int i = 0; i < DISKS; i++) {
            SimulatedStorage disk = recovered.restart(CrashMode.POWER);
            assertThat(disk.list(DIRECTORY)).containsExactly(FIRST);
            assertThat(disk.size(DIRECTORY + '/' + FIRST)).isEqualTo(batch(0).remaining());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatARecoveryRemovesStaysRemoved(Behind behind) {
        SimulatedStorage storage = diskWith(behind, 1);
        recover(storage);
        assertOnlyTheSoundBatchSurvivesPowerCuts(storage);
    }

    /** Nothing but the end of a process came between, which leaves nothing whole behind a gap. */
    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"BATCH_OF_ANOTHER_OFFSET", "WHOLE_SEGMENT_THAT_IS_KEPT_ASIDE"})
    void whatARecoveryAfterAKillRemovesStaysRemoved(Behind behind) {
        SimulatedStorage storage = diskWith(behind, 1);
        recover(storage, LastEnd.KILLED);
        assertOnlyTheSoundBatchSurvivesPowerCuts(storage);
    }

    /** The second recovery finds a log that is in order, and cannot tell that this is not on the device. */
    @ParameterizedTest
    @EnumSource
    void whatAKilledRecoveryRemovedStaysRemovedOnceTheNextOneReturns(Behind behind) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            int killed = 0;
            SimulatedStorage storage = killedInRecovery(behind, seed, killed);
            while (storage.crashed() != null) {
                SimulatedStorage next = storage.restart(CrashMode.PROCESS);
                recover(next);
                assertOnlyTheSoundBatchSurvivesPowerCuts(next);
                killed++;
                storage = killedInRecovery(behind, seed, killed);
            }
            assertThat(killed).as("calls of a recovery").isPositive();
        }
    }

    private static SimulatedStorage killedInRecovery(Behind behind, long seed, long call) {
        SimulatedStorage storage = diskWith(behind, seed);
        storage.crashAt(storage.callCount() + call);
        try {
            recover(storage);
        } catch (SimulatedCrash expected) {
            assertThat(storage.crashed()).hasMessage(expected.getMessage());
        }
        return storage;
    }
}
