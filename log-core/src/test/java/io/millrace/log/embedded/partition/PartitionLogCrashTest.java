package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A crash in every storage call of a small story, then in every storage call of the recovery from it: what was acknowledged is there, what is
 * there is a prefix of what was appended, and everything that is computed from the log agrees with it (L2, L3, L6).
 */
class PartitionLogCrashTest {
    private static final int SEGMENT_BYTES = 250;
    /** Disks that one crash may leave. */
    private static final int DISKS = 4;

    private static PartitionSettings settings(Durability durability) {
        return new PartitionSettings(durability, SEGMENT_BYTES, 100);
    }

    /** Appends, rolls, ends transactions, forces, closes and opens again. */
    private static void story(ModelledLog log) {
        log.append(1, true, 2);
        log.append(2, true, 1);
        log.force();
        log.append(3, false, 3);
        log.end(1, false);
        log.append(1, true, 1);
        log.retry(1, 0);
        log.checkpoint();
        log.append(2, true, 4);
        log.end(2, true);
        log.append(2, true, 1);
        log.reopenCleanly();
        log.append(3, false, 2);
        log.end(1, true);
        log.force();
        log.end(2, false);
        log.deleteRecords(3);
        log.deleteOldest(2);
        log.append(1, true, 1);
        log.checkpoint();
        log.deleteOldest(1);
        log.end(1, true);
        log.deleteRecords(1);
        log.append(3, false, 5);
        log.checkpoint();
        log.deleteRecords(2);
        log.roll();
        log.checkpoint();
        log.deleteOldest(100);
    }

    private static long callsOfStory(long seed, Durability durability) {
        ModelledLog log = new ModelledLog(seed, settings(durability));
        story(log);
        log.check();
        assertThat(log.log().view().logStartOffset())
                .as("the story deletes all there is")
                .isGreaterThan(10)
                .isEqualTo(log.log().view().logEndOffset());
        return log.world().storage().callCount();
    }

    @ParameterizedTest
    @CsvSource({
        "PROCESS_CRASH, PROCESS",
        "PROCESS_CRASH, POWER",
        "POWER_LOSS, PROCESS",
        "POWER_LOSS, POWER",
    })
    void everyCrashLeavesAPrefixWithAllThatWasAcknowledged(Durability durability, CrashMode mode) {
        long calls = callsOfStory(1, durability);
        for (long call = 0; call < calls; call++) {
            for (int disk = 0; disk < (mode == CrashMode.POWER ? DISKS : 1); disk++) {
                ModelledLog log = crashedIn(call, disk, durability);
                if (log == null) {
                    continue;
                }
                log.crash(mode);
                log.check();
                log.checkFrom(call);
                // It goes on from there.
                log.append(9, true, 1);
                log.end(9, true);
                log.reopenCleanly();
                log.check();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PROCESS_CRASH, PROCESS",
        "PROCESS_CRASH, POWER",
        "POWER_LOSS, PROCESS",
        "POWER_LOSS, POWER",
    })
    void everyCrashOfARecoveryIsRecoveredFrom(Durability durability, CrashMode mode) {
        long calls = callsOfStory(1, durability);
        int recoveriesCrashed = 0;
        for (long call = 0; call < calls; call++) {
            for (int disk = 0; disk < (mode == CrashMode.POWER ? 2 : 1); disk++) {
                for (long recoveryCall = 0; crashRecovery(call, disk, recoveryCall, durability, mode); recoveryCall++) {
                    recoveriesCrashed++;
                }
            }
        }
        assertThat(recoveriesCrashed).isGreaterThan((int) calls);
    }

    /** @return false if the recovery makes fewer calls */
    private static boolean crashRecovery(
            long call, int disk, long recoveryCall, Durability durability, CrashMode mode) {
        ModelledLog log = crashedIn(call, disk, durability);
        if (log == null) {
            return false;
        }
        SimulatedWorld found = log.world().restart(mode);
        found.storage().crashAt(recoveryCall);
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

    /** @return null if the log did not get so far as to exist */
    private static @Nullable ModelledLog crashedIn(long call, int disk, Durability durability) {
        // The first disk tells which calls the story makes; the others see the same calls and lose other bytes.
        SimulatedWorld world = new SimulatedWorld(1 + disk);
        world.storage().crashAt(call);
        ModelledLog log;
        try {
            log = new ModelledLog(world, settings(durability));
        } catch (SimulatedCrash beforeTheStory) {
            return null;
        }
        try {
            story(log);
        } catch (SimulatedCrash expected) {
            assertThat(world.storage().crashed()).hasMessage(expected.getMessage());
        }
        return log;
    }
}
