package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run with final windows. At each restart and at the end, what was written is what the committed
 * input has closed, each window once, and what came late went out as late, once; at the end the clock has closed all the rest.
 */
class FinalWindowCrashTest {
    /** Some come late but in the grace, some after the close; the last is still open when nothing more comes. */
    private static final List<Long> TIMES = List.of(3L, 14L, 5L, 7L, 26L, 4L, 41L, 29L, 44L);

    private static final CrashSweep SWEEP = new CrashSweep(
            FinalCounts.pipeline(TIMES),
            "late",
            FinalWindowCrashTest::assertPrefix,
            (simulation, when) -> assertThat(FinalCounts.written(simulation.log()))
                    .as(when)
                    .isEqualTo(FinalCounts.fold(TIMES, Long.MAX_VALUE)));

    @Test
    void anUndisturbedRunWritesEachWindowOnceAlsoThoseThatTheClockCloses() {
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        SWEEP.runToTheEnd(simulation);
        FinalCounts.Results written = FinalCounts.written(simulation.log());
        assertThat(written).isEqualTo(FinalCounts.fold(TIMES, Long.MAX_VALUE));
        assertThat(written.late()).hasSize(2);
        assertThat(written.counts())
                .hasSizeGreaterThan(
                        FinalCounts.fold(TIMES, Long.MIN_VALUE).counts().size());
    }

    @Test
    void aKilledProcessSkipsNoWindowAndRepeatsNone() {
        SWEEP.killingTheProcess();
    }

    @Test
    void aPowerLossSkipsNoWindowAndRepeatsNone() {
        SWEEP.cuttingThePower();
    }

    /** The clock may have closed some more, but nothing that the input closed is missing. */
    private static void assertPrefix(Simulation simulation, String when) {
        List<Long> committed = FinalCounts.committedInputs(simulation.log());
        FinalCounts.Results written = FinalCounts.written(simulation.log());
        FinalCounts.Results all = FinalCounts.fold(committed, Long.MAX_VALUE);
        FinalCounts.Results byRecords = FinalCounts.fold(committed, Long.MIN_VALUE);
        assertThat(written.late()).as(when).isEqualTo(all.late());
        assertThat(written.counts())
                .as(when)
                .isEqualTo(all.counts().subList(0, written.counts().size()))
                .hasSizeGreaterThanOrEqualTo(byRecords.counts().size());
    }
}
