package io.millrace.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler.Loop;
import io.millrace.platform.Waiter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SimulatedWorldTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedWorld world = new SimulatedWorld(7);

    @Test
    void timeStandsStillUntilItIsMoved() {
        Instant start = world.world().clock().instant();
        long nanos = world.world().ticker().nanos();
        world.advance(Duration.ofMinutes(3));
        assertThat(world.world().clock().instant()).isEqualTo(start.plusSeconds(180));
        assertThat(world.world().ticker().nanos() - nanos).isEqualTo(180_000_000_000L);
        world.clock().jump(Duration.ofHours(-1));
        assertThat(world.world().clock().instant()).isEqualTo(start.minusSeconds(3420));
        assertThat(world.world().ticker().nanos() - nanos).isEqualTo(180_000_000_000L);
    }

    @Test
    void idleLoopRunsWhenItIsWokenOrDue() {
        AtomicInteger steps = new AtomicInteger();
        Loop loop = world.scheduler().start("loop", now -> count(steps), SECOND);
        world.runUntilIdle();
        assertThat(steps).hasValue(1);
        loop.wake();
        world.runUntilIdle();
        assertThat(steps).hasValue(2);
        world.advance(SECOND);
        world.runUntilIdle();
        assertThat(steps).hasValue(3);
        world.runFor(Duration.ofMillis(5500));
        assertThat(steps).hasValue(8);
    }

    @Test
    void loopThatStandsStillRunsWhenThatIsOverWhateverItIsWokenFor() {
        AtomicInteger slow = new AtomicInteger();
        AtomicInteger other = new AtomicInteger();
        Loop standing = world.scheduler().start("standing", now -> count(slow), SECOND);
        world.scheduler().start("other", now -> count(other), SECOND);
        world.runUntilIdle();
        world.scheduler().standStill("standing"::equals, SECOND.multipliedBy(10));
        standing.wake();
        world.runFor(SECOND.multipliedBy(9));
        assertThat(slow).hasValue(1);
        assertThat(other).hasValueGreaterThan(8);
        assertThat(world.scheduler().standsStill()).isTrue();
        world.runFor(SECOND.multipliedBy(2));
        assertThat(slow).hasValueGreaterThan(1);
        assertThat(world.scheduler().standsStill()).isFalse();
    }

    @Test
    void loopWithWorkRunsOn() {
        AtomicInteger left = new AtomicInteger(5);
        world.scheduler().start("worker", now -> left.get() == 0 ? 0 : left.getAndDecrement(), SECOND);
        world.runUntilIdle();
        assertThat(left).hasValue(0);
    }

    @Test
    void everyOrderOfTwoLoopsOccursOverTheSeedsAndOneSeedRepeatsItsOwn() {
        Set<List<String>> orders = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            List<String> order = orderOf(seed);
            assertThat(orderOf(seed)).isEqualTo(order);
            orders.add(order);
        }
        // Two loops with two steps each, of which the last of each finds nothing: six orders.
        assertThat(orders).hasSize(6);
    }

    private static List<String> orderOf(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed);
        List<String> order = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            AtomicInteger left = new AtomicInteger(1);
            world.scheduler()
                    .start(
                            name,
                            now -> {
                                order.add(name);
                                return left.getAndDecrement();
                            },
                            SECOND);
        }
        world.runUntilIdle();
        return order;
    }

    @Test
    void tasksThatRunTogetherDoSoInEveryOrderOverTheSeedsAndTheFirstFailureIsThrown() {
        Set<List<Integer>> orders = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            List<Integer> order = togetherOf(seed);
            assertThat(togetherOf(seed)).isEqualTo(order);
            orders.add(order);
        }
        assertThat(orders).hasSize(6);
    }

    private static List<Integer> togetherOf(long seed) {
        List<Integer> order = new ArrayList<>();
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            tasks.add(() -> {
                order.add(number);
                if (number > 0) {
                    throw new IllegalStateException("" + number);
                }
            });
        }
        assertThatThrownBy(() -> new SimulatedWorld(seed).world().scheduler().runTogether(tasks))
                .hasMessage("1");
        return order;
    }

    @Test
    void failedStepEndsTheLoopWithItsEnd() {
        IllegalStateException cause = new IllegalStateException("of this test");
        AtomicInteger ends = new AtomicInteger();
        Loop loop = world.scheduler()
                .start(
                        "failing",
                        new LoopStep() {
                            @Override
                            public int runOnce(long nowNanos) {
                                throw cause;
                            }

                            @Override
                            public void onStop() {
                                ends.incrementAndGet();
                            }
                        },
                        SECOND);
        world.runUntilIdle();
        assertThat(loop.isStopped()).isTrue();
        assertThat(loop.failure()).containsSame(cause);
        assertThat(ends).hasValue(1);
    }

    @Test
    void awaitingTheEndOfALoopRunsIt() {
        AtomicInteger left = new AtomicInteger(10);
        Loop loop = world.scheduler().start("loop", now -> left.getAndDecrement(), SECOND);
        world.step();
        loop.stop();
        assertThat(loop.awaitStopped(SECOND)).isTrue();
        assertThat(left).hasValue(9);
        Loop busy = world.scheduler().start("busy", now -> 1, SECOND);
        assertThat(busy.awaitStopped(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void loopMayAwaitTheEndOfAnother() {
        Loop other = world.scheduler().start("other", now -> 0, SECOND);
        AtomicInteger result = new AtomicInteger();
        world.scheduler()
                .start(
                        "closer",
                        now -> {
                            other.stop();
                            result.set(other.awaitStopped(SECOND) ? 1 : 2);
                            return 0;
                        },
                        SECOND);
        world.runUntilIdle();
        assertThat(result).hasValue(1);
    }

    @Test
    void waitingOutsideOfAStepRunsTheLoopsUntilTheSignal() {
        Waiter waiter = world.world().scheduler().newWaiter();
        AtomicInteger steps = new AtomicInteger();
        world.scheduler()
                .start(
                        "signaller",
                        now -> {
                            if (steps.incrementAndGet() == 3) {
                                waiter.signal();
                            }
                            return 0;
                        },
                        SECOND);
        waiter.await(Duration.ofDays(1).toNanos());
        assertThat(steps).hasValue(3);
    }

    @Test
    void waitingWithoutSignalTakesVirtualTimeAlone() {
        Waiter waiter = world.world().scheduler().newWaiter();
        long start = world.clock().nanos();
        waiter.await(5_000_000);
        assertThat(world.clock().nanos() - start).isEqualTo(5_000_000);
        waiter.signal();
        waiter.await(5_000_000);
        assertThat(world.clock().nanos() - start).isEqualTo(5_000_000);
    }

    @Test
    void aWaitInsideOfAStepKeepsNobodyElseWaitingAndEndsAtTheSignal() {
        Waiter waiter = world.world().scheduler().newWaiter();
        List<Long> steps = new ArrayList<>();
        long start = world.clock().nanos();
        world.scheduler()
                .start(
                        "waiting",
                        now -> {
                            steps.add((now - start) / 1_000_000);
                            waiter.await(Duration.ofSeconds(5).toNanos());
                            return 0;
                        },
                        Duration.ofMillis(1));
        world.runFor(Duration.ofSeconds(12));
        assertThat(steps).containsExactly(0L, 5_000L, 10_000L);
        waiter.signal();
        world.runFor(Duration.ofSeconds(1));
        assertThat(steps).hasSizeGreaterThan(3).element(3).isEqualTo(12_000L);
    }

    @Test
    void aStepThatOnlyTimeEndsGetsIt() {
        Waiter waiter = world.world().scheduler().newWaiter();
        long end = world.clock().nanos() + SECOND.toNanos();
        AtomicInteger steps = new AtomicInteger();
        world.scheduler()
                .start(
                        "patient",
                        now -> {
                            while (world.clock().nanos() - end < 0) {
                                waiter.await(end - world.clock().nanos());
                            }
                            return count(steps);
                        },
                        Duration.ofHours(1));
        world.runUntilIdle();
        assertThat(steps).hasValue(1);
        assertThat(world.clock().nanos() - end).isBetween(0L, 1_000_000L);
    }

    /** SIM4: also when somebody catches the crash, as code that handles every failure does. */
    @Test
    void crashEndsTheSimulationAndNoLoopSeesItsEnd() {
        AtomicInteger after = new AtomicInteger();
        world.storage().crashAt(0);
        Loop loop = world.scheduler()
                .start(
                        "writer",
                        new LoopStep() {
                            @Override
                            public int runOnce(long nowNanos) {
                                try {
                                    world.storage().createDirectories("d");
                                } catch (Throwable e) {
                                    return 1;
                                }
                                return 0;
                            }

                            @Override
                            public void onStop() {
                                after.incrementAndGet();
                            }
                        },
                        SECOND);
        assertThatThrownBy(world::runUntilIdle).isInstanceOf(SimulatedCrash.class);
        assertThatThrownBy(world::step).isInstanceOf(SimulatedCrash.class);
        assertThat(loop.isStopped()).isTrue();
        assertThat(after).hasValue(0);
    }

    @Test
    void nextProcessFindsTheDiskAndLaterTime() {
        world.storage().createDirectories("d");
        world.advance(SECOND);
        SimulatedWorld next = world.restart(CrashMode.PROCESS);
        assertThat(next.world().storage().isDirectory("d")).isTrue();
        assertThat(next.clock().instant()).isEqualTo(world.clock().instant());
        assertThat(next.storage().callCount()).isZero();
        assertThatThrownBy(() -> world.storage().list("")).isInstanceOf(SimulatedCrash.class);
    }

    @Test
    void traceTellsRunsApart() {
        assertThat(traceOf(3, 10)).isEqualTo(traceOf(3, 10));
        assertThat(traceOf(3, 10)).isNotEqualTo(traceOf(3, 11));
    }

    private static long traceOf(long seed, int steps) {
        SimulatedWorld world = new SimulatedWorld(seed);
        world.scheduler().start("a", now -> 1, SECOND);
        world.scheduler().start("b", now -> 1, SECOND);
        for (int i = 0; i < steps; i++) {
            world.step();
        }
        return world.trace();
    }

    private static int count(AtomicInteger counter) {
        counter.incrementAndGet();
        return 0;
    }
}
