package io.millrace.transactions.embedded;

import io.millrace.log.Durability;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Random short programs of three threads on a real engine, many times each: every answer must be one that the same calls give one after the
 * other, in some order that their beginnings and ends allow. Runs longer with
 * {@code -Dmillrace.long}, or with as many programs as {@code -Dmillrace.interleavings} says.
 */
public final class LinearizabilityTest {
    public static final class WithoutForces extends TransactionCalls {
        public WithoutForces() {
            super(Durability.PROCESS_CRASH);
        }
    }

    public static final class UnderPowerLoss extends TransactionCalls {
        public UnderPowerLoss() {
            super(Durability.POWER_LOSS);
        }
    }

    @Test
    void callsOfSeveralThreadsAnswerAsSomeOrderOfThemWould() {
        check(WithoutForces.class);
    }

    @Test
    void theyDoSoToWherePowerLossIsToBeSurvived() {
        check(UnderPowerLoss.class);
    }

    private static void check(Class<?> calls) {
        new StressOptions()
                .iterations(Integer.getInteger("millrace.interleavings", 8))
                .invocationsPerIteration(20)
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(4)
                .actorsAfter(2)
                .minimizeFailedScenario(false)
                .sequentialSpecification(TransactionsSpecification.class)
                .check(calls);
    }
}
