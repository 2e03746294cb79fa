package io.millrace.proof.pipelines;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What {@link StepsInTroubleTest} shows of one input, of any. Tries more with {@code -Dmillrace.long}, or as many as {@code -Dmillrace.tries} says; a failure names the
 * step and the records, from which the run follows.
 */
class StepsInTroubleProperties {
    private static final int MOST_RECORDS = 12;

    @Provide
    Arbitrary<List<StepInput>> input() {
        return StepInput.any().list().ofMinSize(1).ofMaxSize(MOST_RECORDS);
    }

    @Provide
    Arbitrary<StepCase> steps() {
        return Arbitraries.of(StepCase.ALL);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void noStepRemembersWhatWasNotCommittedOrForgetsWhatWas(
            @ForAll("steps") StepCase step, @ForAll("input") List<StepInput> input) {
        StepRun.check(step, input);
    }
}
