package io.millrace.examples.bank.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KillPlanTest {
    @Test
    void withoutKillsNothingIsEverDue() {
        KillPlan plan = new KillPlan(0, new SplittableRandom(1));
        assertThat(plan.isComplete()).isTrue();
        for (KillPlan.Event event : KillPlan.Event.values()) {
            assertThat(plan.delayMillis(event, 1)).isEmpty();
        }
    }

    /** A child that has nothing to do at all is killed as often as one that works. */
    @Property(tries = 100)
    void allKillsHappenHoweverShortTheRun(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int kills) {
        KillPlan plan = new KillPlan(kills, new SplittableRandom(seed));
        int starts = 0;
        while (!plan.isComplete()) {
            assertThat(++starts).isLessThanOrEqualTo(kills);
            boolean isDue = plan.delayMillis(KillPlan.Event.OPENING, 0).isPresent()
                    || plan.delayMillis(KillPlan.Event.DRAINED, 1).isPresent();
            assertThat(isDue).isTrue();
            plan.killed();
        }
        assertThat(plan.done()).isEqualTo(kills);
        assertThat(plan.delayMillis(KillPlan.Event.DRAINED, 1)).isEmpty();
    }

    @Property(tries = 100)
    void killsAreSpreadOverTheWorkAndSomeHitTheRecovery(@ForAll long seed) {
        KillPlan plan = new KillPlan(50, new SplittableRandom(seed));
        int inWork = 0;
        int inFirstHalf = 0;
        int inRecovery = 0;
        double fraction = 0;
        while (!plan.isComplete()) {
            if (plan.delayMillis(KillPlan.Event.OPENING, 0).isPresent()) {
                inRecovery++;
            } else {
                while (plan.delayMillis(KillPlan.Event.PROGRESS, fraction).isEmpty()) {
                    fraction += 0.001;
                    assertThat(fraction).isLessThan(1.01);
                }
                inWork++;
                inFirstHalf += fraction < 0.5 ? 1 : 0;
            }
            plan.killed();
        }
        assertThat(inWork).isGreaterThan(20);
        assertThat(inFirstHalf).isBetween(5, inWork - 5);
        assertThat(inRecovery).isPositive();
    }
}
