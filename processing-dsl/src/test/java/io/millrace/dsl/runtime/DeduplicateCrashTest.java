package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.log.Durability;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run that takes duplicates out. At each restart and at the end, each record of the committed
 * input went where it has to; at the end the clock has had everything forgotten.
 */
class DeduplicateCrashTest {
    /** Repetitions at once, out of order, behind the window and behind what is kept; and a record that is too late to be judged. */
    private static final List<Long> ITEMS = Stream.of(
                    new long[] {0, 15},
                    new long[] {0, 17},
                    new long[] {1, 15},
                    new long[] {0, 6},
                    new long[] {2, 24},
                    new long[] {0, 25},
                    new long[] {3, 30},
                    new long[] {2, 21},
                    new long[] {5, 36},
                    new long[] {5, 9},
                    new long[] {0, 34},
                    new long[] {1, 16})
            .map(item -> Deduplicated.item(item[0], item[1]))
            .toList();

    private static final Pipeline PIPELINE = Deduplicated.pipeline(ITEMS);
    private static final CrashSweep SWEEP = new CrashSweep(
            PIPELINE,
            "too-late",
            (simulation, when) -> assertThat(Deduplicated.written(simulation.log()))
                    .as(when)
                    .isEqualTo(Deduplicated.fold(Deduplicated.committedInputs(simulation.log()))),
            (simulation, when) -> {
                assertThat(Deduplicated.written(simulation.log())).as(when).isEqualTo(Deduplicated.fold(ITEMS));
                assertNothingKept(simulation, when);
            });

    private static void assertNothingKept(Simulation simulation, String when) {
        assertThat(simulation.stored(Deduplicated.step(PIPELINE).passed(), 0))
                .as(when)
                .isEmpty();
    }

    @Test
    void anUndisturbedRunLetsEachIdPassOnceAWindowAndForgetsIt() {
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        SWEEP.runToTheEnd(simulation);
        Deduplicated.Results written = Deduplicated.written(simulation.log());
        assertThat(written.passed())
                .containsExactly("k0=15@15", "k1=1015@15", "k0=2024@24", "k0=25@25", "k1=3030@30", "k1=5036@36");
        assertThat(written.repeated()).containsExactly("k0=17@17", "k0=6@6", "k0=2021@21", "k0=34@34");
        assertThat(written.late()).containsExactly("k1=5009@9", "k1=1016@16");
        assertNothingKept(simulation, "at the end");
    }

    @Test
    void whatDoesNotPassIsCountedWhereNobodyAsksForIt() {
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        Application app = simulation.start(Deduplicated.ofPassedAlone(ITEMS));
        simulation.runUntilDrained(app);
        Deduplicated.Results all = Deduplicated.fold(ITEMS);
        assertThat(app.metrics().value("millrace.records.dropped"))
                .isEqualTo(all.repeated().size() + all.late().size());
        assertThat(LogReading.texts(simulation.log(), Deduplicated.OUT, 0))
                .hasSize(all.passed().size());
        app.close();
        simulation.closeLog();
    }

    @Test
    void aKilledProcessLetsNothingPassTwiceAndLosesNothing() {
        SWEEP.killingTheProcess();
    }

    @Test
    void aPowerLossLetsNothingPassTwiceAndLosesNothing() {
        SWEEP.cuttingThePower();
    }

    /** The end of what has passed is by the window of today, whenever its timer was set; and all of it ends. */
    @Test
    void aLongerWindowKeepsLongerWhatIsThere() {
        List<Long> items = List.of(
                Deduplicated.item(0, 15),
                Deduplicated.item(2, 16),
                Deduplicated.item(4, 40),
                Deduplicated.item(0, 50),
                Deduplicated.item(2, 60));
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        Application first = simulation.start(Deduplicated.pipeline(items.subList(0, 2)));
        simulation.runUntilDrained(first);
        first.close();
        Pipeline longer = Deduplicated.pipeline(items, 40);
        Application second = simulation.start(longer);
        simulation.runUntilDrained(second);
        assertThat(Deduplicated.written(simulation.log()).repeated()).containsExactly("k0=50@50");
        simulation.world().runFor(Duration.ofSeconds(3));
        assertThat(second.failure()).isEmpty();
        second.close();
        assertNothingKept(simulation, "at the end");
        simulation.closeLog();
    }

    @Provide
    Arbitrary<List<Long>> items() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 5), Arbitraries.longs().between(0, 70))
                .as(Deduplicated::item)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void whatPassesIsWhatTheFoldLetsPass(@ForAll("items") List<Long> items) {
        Pipeline pipeline = Deduplicated.pipeline(items);
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        new CrashSweep(pipeline, "too-late", (any, when) -> {}, (any, when) -> {}).runToTheEnd(simulation);
        assertThat(Deduplicated.written(simulation.log())).isEqualTo(Deduplicated.fold(items));
        assertNothingKept(simulation, "at the end");
    }
}
