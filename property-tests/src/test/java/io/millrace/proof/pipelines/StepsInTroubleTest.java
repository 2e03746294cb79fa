package io.millrace.proof.pipelines;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each step, one record at a time, in trouble with each: what it sends and what it keeps is what it is without. */
class StepsInTroubleTest {
    /** Out of order, late, deleting, and for both topics. */
    private static final List<StepInput> INPUT = List.of(
            new StepInput(true, "k1", 3L, 1010),
            new StepInput(false, "k0", 1L, 1012),
            new StepInput(false, "k1", 2L, 1011),
            new StepInput(true, "k0", 5L, 1013),
            new StepInput(false, "k0", 4L, 1015),
            new StepInput(false, "k0", null, 1016),
            new StepInput(false, "k0", 6L, 1018),
            new StepInput(false, "k1", 7L, 1040),
            new StepInput(false, "k0", 9L, 1012),
            new StepInput(true, "k1", null, 1041),
            new StepInput(false, "k1", 8L, 1037),
            new StepInput(false, "k2", 2L, 1060));

    static List<StepCase> steps() {
        return StepCase.ALL;
    }

    @ParameterizedTest
    @MethodSource("steps")
    void noStepRemembersWhatWasNotCommittedOrForgetsWhatWas(StepCase step) {
        StepRun.check(step, INPUT);
    }
}
