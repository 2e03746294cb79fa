package io.millrace.proof.pipelines;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Exactly once, for any pipeline on any input in any world. Tries more with {@code -Dmillrace.long}, or as many as {@code -Dmillrace.tries} says. */
class RandomPipelinesProperties {
    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenarios.any();
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void whatIsCommittedIsTheFoldOfTheCommittedInput(@ForAll("scenarios") Scenario scenario) {
        ScenarioRun.run(scenario);
    }

    /** The line that a failure prints. */
    @Example
    void theScenarioThatWasNamed() {
        String text = System.getProperty(Scenario.PROPERTY);
        if (text != null) {
            ScenarioRun.run(Scenario.parse(text));
        }
    }
}
