package io.millrace.proof.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.audit.Findings;
import io.millrace.examples.bank.input.GeneratedSource;
import io.millrace.examples.bank.input.GeneratorSettings;
import io.millrace.examples.bank.input.OrderGenerator;
import io.millrace.log.Durability;
import io.millrace.platform.sim.CrashMode;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The bank's audit holds after a crash in any storage call of a short run, and after another crash in any phase of what follows. A process
 * crash is played against {@code PROCESS_CRASH}, a power cut against {@code POWER_LOSS}.
 */
class BankCrashTest {
    private static final int ORDERS = 24;

    private static final Supplier<RecordSource<InputLine>> WITH_TRANSFERS = input(60);
    private static final Supplier<RecordSource<InputLine>> WITHOUT_TRANSFERS = input(0);

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void everyOrderCountsOnceWhicheverStorageCallTheBankDiesIn(CrashMode mode) {
        long calls = callsOfAnUndisturbedRun(mode, WITH_TRANSFERS);
        for (long call = 0; call < calls; call++) {
            SimulatedBank bank = new SimulatedBank(call, WITH_TRANSFERS, durabilityAgainst(mode));
            bank.runAndCrashAt(call, mode);

            check(bank.run(), mode, "crash in call " + call);
        }
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void everyOrderCountsOnceWhenTheBankDiesAgainWhileItRecovers(CrashMode mode) {
        long calls = callsOfAnUndisturbedRun(mode, WITHOUT_TRANSFERS);
        RandomGenerator random = new SplittableRandom(42);
        for (int round = 0; round < 150; round++) {
            SimulatedBank bank = new SimulatedBank(round, WITHOUT_TRANSFERS, durabilityAgainst(mode));
            long first = random.nextLong(calls);
            long second = random.nextLong(1 + calls / 4);
            long third = random.nextLong(1 + calls / 4);
            bank.runAndCrashAt(first, mode);
            bank.runAndCrashAt(second, mode);
            bank.runAndCrashAt(third, mode);

            check(bank.run(), mode, "round " + round + ": crashes in calls " + first + ", " + second + ", " + third);
        }
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        SimulatedBank once = new SimulatedBank(7, WITH_TRANSFERS, Durability.PROCESS_CRASH);
        SimulatedBank again = new SimulatedBank(7, WITH_TRANSFERS, Durability.PROCESS_CRASH);
        once.run();
        again.run();

        assertThat(once.trace()).isEqualTo(again.trace());
        assertThat(once.storageCalls()).isEqualTo(again.storageCalls());
    }

    private static long callsOfAnUndisturbedRun(CrashMode mode, Supplier<RecordSource<InputLine>> input) {
        SimulatedBank bank = new SimulatedBank(0, input, durabilityAgainst(mode));
        check(bank.run(), mode, "undisturbed");
        return bank.storageCalls();
    }

    private static void check(Findings findings, CrashMode mode, String story) {
        assertThat(findings.passed()).as("%s, %s: %s", mode, story, findings).isTrue();
        assertThat(findings.orders()).as("%s, %s", mode, story).isEqualTo(ORDERS);
    }

    private static Durability durabilityAgainst(CrashMode mode) {
        return switch (mode) {
            case PROCESS -> Durability.PROCESS_CRASH;
            case POWER -> Durability.POWER_LOSS;
        };
    }

    private static Supplier<RecordSource<InputLine>> input(int transferPercent) {
        OrderGenerator generator = new OrderGenerator(new GeneratorSettings(ORDERS, 6, transferPercent, 1));
        return () -> new GeneratedSource(generator);
    }
}
