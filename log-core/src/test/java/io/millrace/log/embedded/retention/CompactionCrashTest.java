package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.partition.FollowedPartition;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.recovery.LastEnd;
import io.millrace.log.embedded.recovery.LogRecovery;
import io.millrace.log.embedded.recovery.PartitionRepair;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A crash in every storage call of two compactions, then in every storage call of the recovery from it: no key is lost, none comes back, and
 * the log goes on (L1, L3, L6, T5).
 */
class CompactionCrashTest {
    private static final int SEGMENT_BYTES = 300;
    /** Disks that one crash may leave. */
    private static final int DISKS = 4;

    private static void story(CompactedLog log) {
        log.put(1, true, "a", false);
        log.put(2, true, "b", false);
        log.put(3, false, "c", false);
        log.end(1, true);
        log.end(2, false);
        log.put(3, false, "a", false);
        log.put(1, true, "b", false);
        log.put(3, false, "c", true);
        log.put(2, true, "a", false);
        log.end(1, true);
        log.end(2, false);
        log.put(3, false, "d", false);
        log.put(3, false, "d", true);
        log.put(1, true, "e", false);
        log.checkpoint();
        log.compact(3);
        log.put(3, false, "b", false);
        log.put(2, true, "f", false);
        log.waitFor(2_000);
        log.end(1, true);
        log.end(2, true);
        log.put(3, false, "f", false);
        log.put(3, false, "f", false);
        log.checkpoint();
        log.compact(0);
        log.waitFor(2_000);
        log.put(3, false, "f", false);
        log.put(3, false, "f", false);
        log.put(3, false, "f", false);
        log.checkpoint();
        log.compact(2);
        log.put(3, false, "g", false);
        log.put(1, true, "g", false);
        log.end(1, false);
        log.put(3, false, "g", true);
        log.checkpoint();
        log.roll();
        log.checkpoint();
        log.compact(0);
    }

    private static long callsOfStory(Durability durability) {
        CompactedLog log = new CompactedLog(new SimulatedWorld(1), durability, SEGMENT_BYTES);
        story(log);
        log.check();
        assertThat(log.rounds()).as("compactions").isEqualTo(4);
        return log.world().storage().callCount();
    }

    @ParameterizedTest
    @CsvSource({
        "PROCESS_CRASH, PROCESS",
        "PROCESS_CRASH, POWER",
        "POWER_LOSS, PROCESS",
        "POWER_LOSS, POWER",
    })
    void everyCrashKeepsTheLastCommittedValues(Durability durability, CrashMode mode) {
        long calls = callsOfStory(durability);
        for (long call = 0; call < calls; call++) {
            for (int disk = 0; disk < (mode == CrashMode.POWER ? DISKS : 1); disk++) {
                CompactedLog log = crashedIn(call, disk, durability);
                if (log != null) {
                    log.crash(mode);
                    log.check();
                    // It goes on from there.
                    log.put(3, false, "a", false);
                    log.checkpoint();
                    log.compact(0);
                    log.check();
                    log.reopen();
                    log.check();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"PROCESS_CRASH, POWER", "POWER_LOSS, PROCESS", "POWER_LOSS, POWER"})
    void everyCrashOfARecoveryIsRecoveredFrom(Durability durability, CrashMode mode) {
        long calls = callsOfStory(durability);
        int recoveriesCrashed = 0;
        for (long call = 0; call < calls; call++) {
            for (long inRecovery = 0; crashRecovery(call, inRecovery, durability, mode); inRecovery++) {
                recoveriesCrashed++;
            }
        }
        assertThat(recoveriesCrashed).isGreaterThan((int) calls);
    }

    /** @return false if the recovery makes fewer calls */
    private static boolean crashRecovery(long call, long inRecovery, Durability durability, CrashMode mode) {
        CompactedLog log = crashedIn(call, 0, durability);
        if (log == null) {
            return false;
        }
        SimulatedWorld found = log.world().restart(mode);
        found.storage().crashAt(inRecovery);
        log.useWorld(found);
        boolean crashed = false;
        try {
            log.recover(mode);
        } catch (SimulatedCrash expected) {
            crashed = true;
            log.crash(mode);
        }
        log.check();
        return crashed;
    }

    /** What becomes of a segment that was decided to replace others, other than by a crash. */
    private enum SwapDamage {
        ROT,
        /** Also a stray one without a byte, at an offset where no segment begins: that of the swap is left to be completed. */
        STRAY,
        EMPTY,
        /** After the last byte but one. */
        CUT,
        /** Between two batches: nothing in what is left is wrong. */
        SHORT;

        /** @return the file that is damaged; null if there is no way to damage it like that */
        @Nullable String apply(SimulatedWorld found, String swap) {
            long size = found.storage().size(swap);
            switch (this) {
                case ROT -> found.storage().rot(swap, size / 2, 1);
                case STRAY -> {
                    String stray = LogFiles.path(CompactedLog.DIRECTORY, 1, ".log.swap");
                    LogFiles.write(found.storage(), stray, new byte[0], true);
                    return stray;
                }
                case EMPTY -> cut(found, swap, 0);
                case CUT -> cut(found, swap, size - 1);
                case SHORT -> {
                    long last = lastBatchOf(LogFiles.read(found.storage(), swap));
                    if (last == 0) {
                        return null;
                    }
                    cut(found, swap, last);
                }
            }
            return swap;
        }

        private static void cut(SimulatedWorld found, String swap, long size) {
            try (StorageFile file = found.storage().open(swap, OpenMode.WRITE)) {
                file.truncate(size);
                file.force();
            }
        }

        private static int lastBatchOf(byte[] bytes) {
            int last = 0;
            for (int at = 0;
                    at < bytes.length;
                    at += 12 + ByteBuffer.wrap(bytes).getInt(at + 8)) {
                last = at;
            }
            return last;
        }
    }

    /**
     * A segment that was decided to replace others, and was damaged before it did: the opening takes nothing away, verify and repair say the
     * same, and the repair uses those others, and loses nothing.
     */
    @ParameterizedTest
    @EnumSource
    void aRepairOfADamagedSwapLosesNothingAndShowsNothingThatWasAborted(SwapDamage damage) {
        refuseAndRepair(damage, Durability.PROCESS_CRASH, CrashMode.PROCESS);
        refuseAndRepair(damage, Durability.POWER_LOSS, CrashMode.PROCESS);
        refuseAndRepair(damage, Durability.POWER_LOSS, CrashMode.POWER);
    }

    private static void refuseAndRepair(SwapDamage damage, Durability durability, CrashMode mode) {
        long calls = callsOfStory(durability);
        int damaged = 0;
        for (long call = 0; call < calls; call++) {
            CompactedLog log = crashedIn(call, 0, durability);
            if (log != null) {
                SimulatedWorld found = log.world().restart(mode);
                for (String name : found.storage().list(CompactedLog.DIRECTORY)) {
                    if (name.endsWith(".log.swap") && damageAndRepair(found, damage, name)) {
                        damaged++;
                        log.useWorld(found);
                        log.recover(mode);
                        log.check();
                        log.put(3, false, "a", false);
                        log.checkpoint();
                        log.compact(0);
                        log.reopen();
                        log.check();
                    }
                }
            }
        }
        assertThat(damaged)
                .as("crashes between the decision for a swap and its end")
                .isGreaterThan(20);
    }

    /** @return false if it was not damaged */
    private static boolean damageAndRepair(SimulatedWorld found, SwapDamage damage, String name) {
        String swap = damage.apply(found, CompactedLog.DIRECTORY + '/' + name);
        if (swap == null) {
            return false;
        }
        SegmentDirectory directory = new SegmentDirectory(
                found.world().storage(), CompactedLog.DIRECTORY, CompactedLog.TABLE, SEGMENT_BYTES, "");
        PartitionRepair repair = new PartitionRepair(directory);
        RepairPlan verified = repair.plan(LastEnd.UNCLEAN);
        if (damage == SwapDamage.SHORT && !verified.isNeeded()) {
            // What is left is cut off where a segment begins that is still there: it replaces those before, and loses
            // nothing.
            return true;
        }
        isToldBeside(found, damage, swap);
        assertThatThrownBy(() -> LogRecovery.recover(directory, LastEnd.UNCLEAN, found.clock()))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(swap)
                .hasMessageContaining("was not deleted");
        RepairPlan plan = repair.plan(LastEnd.UNCLEAN);
        assertThat(verified.damage()).contains(swap);
        assertThat(plan.isNeeded()).isTrue();
        assertThat(plan.lostEndOffset()).isEqualTo(plan.keptEndOffset());
        assertThat(plan.kept()).isEqualTo(verified.kept());
        assertThat(plan.cut()).isEqualTo(verified.cut());
        repair.apply(plan, "repair");
        assertThat(found.storage().exists(swap)).isFalse();
        return true;
    }

    /** Whoever reads the files is given nothing from there on, neither old nor new, but for a flipped bit what stands before it, and is told. A stray one takes away nothing of a swap that is as it was decided. */
    private static void isToldBeside(SimulatedWorld found, SwapDamage damage, String swap) {
        long base = LogFiles.offsetOf(swap.substring(swap.lastIndexOf('/') + 1), ".log.swap")
                .orElseThrow();
        try (FollowedPartition follower = new FollowedPartition(
                found.beside().storage(),
                found.world().ticker(),
                CompactedLog.TABLE,
                RecordIterator.MAX_INFLATED_BYTES,
                () -> true,
                () -> LastEnd.UNCLEAN)) {
            PartitionCursor cursor = new PartitionCursor(
                    follower, Isolation.READ_UNCOMMITTED, 1000, follower.view().logStartOffset());
            assertThatThrownBy(() -> {
                        while (cursor.refill()) {
                            cursor.next();
                            assertThat(damage == SwapDamage.ROT
                                            || damage == SwapDamage.STRAY
                                            || cursor.record().offset() < base)
                                    .isTrue();
                        }
                    })
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(
                            damage == SwapDamage.ROT ? "table-0" : "a segment was about to replace older ones there");
        }
    }

    /** @return null if the log did not get so far as to exist */
    private static @Nullable CompactedLog crashedIn(long call, int disk, Durability durability) {
        SimulatedWorld world = new SimulatedWorld(1 + disk);
        world.storage().crashAt(call);
        CompactedLog log;
        try {
            log = new CompactedLog(world, durability, SEGMENT_BYTES);
        } catch (SimulatedCrash beforeTheStory) {
            return null;
        }
        try {
            story(log);
        } catch (SimulatedCrash expected) {
            // The planned one, or the same met again on the way out.
            assertThat(world.storage().crashed()).hasMessage(expected.getMessage());
        }
        return log;
    }
}
