package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.embedded.recovery.LastEnd;
import io.millrace.log.embedded.recovery.LogRecovery;
import io.millrace.log.embedded.recovery.PartitionRepair;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** A segment that was decided to replace others, and was damaged before it did: the repair uses those, and loses nothing. */
    @ParameterizedTest
    @CsvSource({"PROCESS_CRASH, PROCESS", "POWER_LOSS, PROCESS", "POWER_LOSS, POWER"})
    void aRepairOfADamagedSwapLosesNothingAndShowsNothingThatWasAborted(Durability durability, CrashMode mode) {
        long calls = callsOfStory(durability);
        int damaged = 0;
        for (long call = 0; call < calls; call++) {
            CompactedLog log = crashedIn(call, 0, durability);
            if (log != null) {
                SimulatedWorld found = log.world().restart(mode);
                for (String name : found.storage().list(CompactedLog.DIRECTORY)) {
                    if (name.endsWith(".log.swap")) {
                        damaged++;
                        log.useWorld(found);
                        damageAndRepair(found, CompactedLog.DIRECTORY + '/' + name);
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

    private static void damageAndRepair(SimulatedWorld found, String swap) {
        found.storage().rot(swap, found.storage().size(swap) / 2, 1);
        SegmentDirectory directory = new SegmentDirectory(
                found.world().storage(), CompactedLog.DIRECTORY, CompactedLog.TABLE, SEGMENT_BYTES, "");
        assertThatThrownBy(() -> LogRecovery.recover(directory, LastEnd.UNCLEAN, found.clock()))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(swap);
        PartitionRepair repair = new PartitionRepair(directory);
        RepairPlan plan = repair.plan(LastEnd.UNCLEAN);
        assertThat(plan.isNeeded()).isTrue();
        assertThat(plan.lostEndOffset()).isEqualTo(plan.keptEndOffset());
        repair.apply(plan, "repair");
        assertThat(found.storage().exists(swap)).isFalse();
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
