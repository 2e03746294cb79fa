package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Durability;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that die, between calls and in the middle of them, and disks that fail. */
class PipelineTestCrashTest {
    private static final PipelineTestSettings SAFE =
            PipelineTestSettings.defaults().withDurability(Durability.POWER_LOSS);

    private static void send(PipelineTest test) {
        for (long number = 1; number <= 6; number++) {
            test.input(Sums.NUMBERS).toPartition(1).send("a", number);
        }
    }

    private static void check(PipelineTest test, String story) {
        assertThat(test.output(Sums.SUMS).readValues())
                .as("%s in %s", story, test)
                .containsExactly(1L, 3L, 6L, 10L, 15L, 21L);
        assertThat(test.state(Sums.STORE).get("a")).as("%s in %s", story, test).isEqualTo(21);
    }

    @Test
    void stateThatIsLostWithItsMachineComesBackFromTheChangelog() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SAFE)) {
            send(test);
            test.run();
            test.loseStateAndRestart();
            test.run();
            check(test, "after the loss of the state");
            assertThat(test.status().restoring().recordsRestored()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void nothingIsLostOrRepeatedWhereverTheProcessDies(CrashMode mode) {
        int crashes = 1;
        long call = 0;
        for (; crashes > 0; call++) {
            try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SAFE.withSeed(call))) {
                send(test);
                test.crashAfter(call, mode);
                test.run();
                check(test, "dead in call " + call);
                crashes = test.restarts();
            }
        }
        assertThat(call).as("storage calls that were died in").isGreaterThan(30);
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void crashesFollowEachOtherAlsoInTheRecovery(CrashMode mode) {
        for (long call = 0; call < 25; call++) {
            try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SAFE.withSeed(call))) {
                send(test);
                test.crashAfter(call, mode);
                test.crashAfter(call / 2, mode);
                test.crashAfter(3, mode);
                test.run();
                assertThat(test.restarts()).isEqualTo(3);
                check(test, "dead in call " + call);
            }
        }
    }

    @Test
    void callsCountWhileThePipelineRunsAlone() {
        long calls = callsOfARun(1);
        assertThat(calls).isEqualTo(callsOfARun(2)).isGreaterThan(3);
    }

    /** How many calls a second run makes, found by dying in each of them, with so many reads of output before. */
    private static long callsOfARun(int reads) {
        for (long call = 0; ; call++) {
            try (PipelineTest test = PipelineTest.of(Sums.pipeline())) {
                test.run();
                test.crashAfter(call, CrashMode.PROCESS);
                for (int i = 0; i < reads; i++) {
                    test.input(Sums.NUMBERS).send("a", 0L);
                    test.output(Sums.SUMS).readAll();
                }
                test.run();
                if (test.restarts() == 0) {
                    return call;
                }
            }
        }
    }

    @Test
    void aReaderGoesOnWhereItWasAfterACrash() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SAFE)) {
            TestInputTopic<String, Long> numbers = test.input(Sums.NUMBERS);
            TestOutputTopic<String, Long> sums = test.output(Sums.SUMS);
            numbers.send("a", 1L);
            test.run();
            assertThat(sums.readValue()).isEqualTo(1);
            test.crashAndRestart();
            numbers.send("a", 2L);
            test.powerLossAndRestart();
            assertThat(test.restarts()).isEqualTo(2);
            test.run();
            assertThat(sums.readValues()).containsExactly(3L);
        }
    }

    @Test
    void powerLossAsksForALogThatSurvivesIt() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline())) {
            assertThatThrownBy(test::powerLossAndRestart)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("withDurability(Durability.POWER_LOSS)");
            assertThatThrownBy(() -> test.crashAfter(1, CrashMode.POWER)).hasMessageContaining("POWER_LOSS");
            assertThatThrownBy(() -> test.crashAfter(-1, CrashMode.PROCESS)).hasMessageContaining("0 or more");
        }
    }

    @Test
    void aCrashThatNobodyPlannedIsTheTestsToHandle() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline())) {
            send(test);
            test.storage().crashAt(test.storage().callCount() + 20);
            assertThatThrownBy(test::run).isInstanceOf(SimulatedCrash.class);
            test.crashAndRestart();
            test.run();
            check(test, "dead by the storage's own plan");
        }
        for (long call : new long[] {0, 60}) {
            PipelineTest left = PipelineTest.of(Sums.pipeline());
            left.storage().crashAt(call);
            assertThatThrownBy(left::run).isInstanceOf(SimulatedCrash.class);
            left.close();
        }
    }

    @Test
    void aWriteThatFailsOnceIsTriedAgain() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline())) {
            test.run();
            send(test);
            test.failNextWrite();
            test.run();
            assertThat(test.status().transactionsAborted()).isPositive();
            check(test, "a failed write");
        }
    }

    @Test
    void aDiskThatIsFullForAWhileCostsTimeAlone() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline())) {
            test.run();
            send(test);
            test.fillDisk();
            test.advanceTime(Duration.ofMillis(300));
            assertThat(test.output(Sums.SUMS).isEmpty()).isTrue();
            test.freeDisk();
            test.run();
            check(test, "a full disk");
        }
    }

    @Test
    void afterAForceThatFailedTheNextProcessGoesOn() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SAFE)) {
            test.run();
            send(test);
            test.failNextForce();
            assertThat(test.runUntilFailure()).hasMessageContaining("orce");
            test.crashAndRestart();
            test.run();
            check(test, "a failed force");
        }
    }

    @Test
    void aLogThatCannotWriteIsClosedAllTheSameAndLeavesNothing() {
        PipelineTest stopped = PipelineTest.of(Sums.pipeline(), SAFE);
        send(stopped);
        stopped.run();
        send(stopped);
        stopped.failNextForce();
        assertThat(stopped.runUntilFailure()).isNotNull();
        stopped.close();
        PipelineTest full = PipelineTest.of(Sums.pipeline());
        full.run();
        send(full);
        full.fillDisk();
        full.close();
    }

    @Test
    void aFailureThatNobodyWasToldOfIsThrownAtTheEnd() {
        int told = 0;
        for (long seed = 0; seed < 20; seed++) {
            PipelineTest test =
                    PipelineTest.of(Sums.pipeline(), SAFE.withSeed(seed).withInstances(2));
            test.run();
            for (int partition = 0; partition < 3; partition++) {
                test.input(Sums.NUMBERS).toPartition(partition).send("a", -1L);
            }
            // While one ends, the other may run, and then fails.
            test.removeInstance();
            try {
                test.close();
            } catch (AssertionError expected) {
                assertThat(expected)
                        .hasMessageContaining("The application failed")
                        .hasMessageContaining("seed=" + seed);
                told++;
            }
        }
        assertThat(told).isPositive();
    }
}
