package io.millrace.proof.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.proof.pipelines.Scenario.Policy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kinds of steps of random pipelines are all that the language has: a new one is wanted here, too. */
class CoverageTest {
    /**
     * What the reference does not say yet: tables that know their past and joins that wait for them, tables that are in every instance, or whose rows plain code
     * makes, topics that appear while the pipeline runs, and calls, by whose answers one key overtakes another.
     */
    private static final Set<String> LEFT_OUT = Set.of(
            "AsyncStep",
            "GlobalTableStep",
            "LookupStep.JoinAfterGrace",
            "LookupStep.JoinGlobal",
            "PatternSource",
            "TableStep.ProcessValues",
            "VersionedStep.Materialize",
            "VersionedStep.ToTable");

    @Test
    void everyStepOfTheLanguageIsInSomeRandomPipeline() {
        List<Op<Kind>> steps = Arrays.stream(Kind.values())
                .flatMap(kind -> Stream.of(new Op<>(kind, 0, 1, 0, 0), new Op<>(kind, 0, 2, 1, 0)))
                .toList();
        Set<String> found = new TreeSet<>(LEFT_OUT);
        for (Op<Kind> step : steps) {
            PipelinePlan plan = PipelinePlan.of(2, Policy.RETRY_THEN_SKIP, List.of(step));
            found.addAll(LanguageSteps.of(PlannedPipeline.of(plan, new Recorder(1))));
        }
        assertThat(found).containsAll(LanguageSteps.all());
    }

    @Test
    void everyStepOfTheLanguageIsInTrouble() {
        Set<String> found = new TreeSet<>();
        for (StepCase step : StepCase.ALL) {
            found.addAll(LanguageSteps.of(step.bench().build()));
        }
        assertThat(found).containsAll(LanguageSteps.all());
    }
}
