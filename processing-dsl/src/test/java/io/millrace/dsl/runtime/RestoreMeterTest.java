package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppStatus;
import io.millrace.platform.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The progress of several loops as one. */
class RestoreMeterTest {
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final List<Integer> told = new ArrayList<>();
    private final RestoreMeter meter = new RestoreMeter(world.world().ticker(), restore -> {}, this::tell);
    private final RestoreMeter.Part one = meter.newPart();
    private final RestoreMeter.Part two = meter.newPart();

    private void tell() {
        told.add(progress().tasks());
    }

    private AppStatus.Restoring progress() {
        return meter.progress();
    }

    @Test
    void whatOneLoopHasDoneStaysDoneWhileAnotherRestores() {
        one.stand(1, 1, 0, 100, 100);
        two.stand(1, 1, 0, 300, 300);
        assertThat(progress().fraction()).isZero();
        one.stand(1, 1, 100, 0, 100);
        assertThat(progress().fraction()).isEqualTo(0.25);
        one.ended(100);
        one.stand(0, 0, 100, 0, 0);
        assertThat(progress()).isEqualTo(new AppStatus.Restoring(1, 100, 300, 400, Duration.ZERO, 0.25));
        two.stand(1, 1, 150, 150, 300);
        assertThat(progress().fraction()).isEqualTo(250.0 / 400);
        two.ended(300);
        two.stand(0, 0, 300, 0, 0);
        assertThat(progress()).isEqualTo(new AppStatus.Restoring(0, 400, 0, 0, Duration.ZERO, 1));
    }

    @Test
    void whatComesToItTakesNothingBackAndIsCounted() {
        one.stand(1, 1, 0, 20, 100);
        assertThat(progress().fraction()).isEqualTo(0.8);
        two.stand(1, 1, 0, 100, 100);
        assertThat(progress().fraction()).as("80 of 200 are done").isEqualTo(0.8);
        assertThat(progress().offsets()).isEqualTo(200);
        two.stand(1, 1, 90, 10, 100);
        assertThat(progress().fraction()).isEqualTo(0.85);
    }

    @Test
    void aTaskThatHasYetToBeginCountsAsThoseThatHave() {
        one.stand(2, 1, 0, 0, 100);
        assertThat(progress().fraction()).isEqualTo(0.5);
        one.ended(100);
        one.stand(1, 0, 100, 0, 0);
        assertThat(progress().fraction()).isEqualTo(0.5);
        one.stand(1, 1, 100, 100, 100);
        assertThat(progress().fraction()).isEqualTo(0.5);
    }

    @Test
    void anotherPhaseBeginsAtNothing() {
        one.stand(1, 1, 100, 0, 100);
        one.ended(100);
        one.stand(0, 0, 100, 0, 0);
        two.stand(1, 0, 0, 0, 0);
        assertThat(progress().fraction()).isZero();
        two.stand(1, 1, 0, 50, 100);
        assertThat(progress().fraction()).isEqualTo(0.5);
        assertThat(progress().offsets()).isEqualTo(100);
    }

    /** Between two loops a task is nowhere. */
    @Test
    void aTaskThatMovesBetweenLoopsEndsNoPhase() {
        one.stand(2, 2, 0, 100, 200);
        assertThat(progress().fraction()).isEqualTo(0.5);
        one.settled(false);
        one.ended(100);
        one.ended(0);
        one.stand(0, 0, 100, 0, 0);
        assertThat(progress().tasks()).isZero();
        assertThat(progress().fraction()).as("nothing restores").isEqualTo(1);
        assertThat(told).as("which is no end of the phase, and not told").doesNotContain(0);
        two.stand(1, 1, 0, 100, 100);
        one.settled(true);
        assertThat(progress().fraction()).isEqualTo(2 / 3.0);
        two.stand(1, 1, 50, 50, 100);
        assertThat(progress().fraction()).isEqualTo(0.75);
        two.ended(100);
        two.stand(0, 0, 100, 0, 0);
        assertThat(progress().fraction()).isEqualTo(1);
        assertThat(told).endsWith(1, 0);
    }

    @Test
    void timeIsThatInWhichAnyLoopReads() {
        one.stand(1, 1, 0, 1, 1);
        world.advance(Duration.ofSeconds(2));
        two.stand(1, 1, 0, 1, 1);
        one.ended(1);
        one.stand(0, 0, 1, 0, 0);
        world.advance(Duration.ofSeconds(3));
        two.ended(1);
        two.stand(0, 0, 1, 0, 0);
        world.advance(Duration.ofSeconds(7));
        one.stand(1, 0, 1, 0, 0);
        assertThat(progress().time()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void noOrderOfBeginsAndEndsTakesAnythingBackWithinAPhase() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            RestoreMeter any = new RestoreMeter(world.world().ticker(), restore -> {}, () -> {});
            RestoreMeter.Part[] parts = {any.newPart(), any.newPart(), any.newPart()};
            long[] left = new long[parts.length];
            long[] all = new long[parts.length];
            double before = 0;
            for (int step = 0; step < 60; step++) {
                int at = random.nextInt(parts.length);
                if (all[at] == 0) {
                    all[at] = 1L + random.nextInt(1000);
                    left[at] = all[at];
                } else if (left[at] == 0) {
                    parts[at].ended(all[at]);
                    all[at] = 0;
                } else {
                    left[at] -= 1L + random.nextInt((int) left[at]);
                }
                int tasks = all[at] > 0 ? 1 + random.nextInt(2) : random.nextInt(2);
                parts[at].stand(tasks, all[at] > 0 ? 1 : 0, 0, left[at], all[at]);
                AppStatus.Restoring now = any.progress();
                assertThat(now.fraction()).as("seed %d, step %d", seed, step).isBetween(before, 1.0);
                before = now.tasks() == 0 ? 0 : now.fraction();
            }
        }
    }
}
