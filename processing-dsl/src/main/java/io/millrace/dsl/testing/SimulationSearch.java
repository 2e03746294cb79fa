package io.millrace.dsl.testing;

import io.millrace.dsl.testing.SimulationEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs scenarios until one fails, and tells of that one what there is to know. */
final class SimulationSearch {
    private final SimulationPlan plan;
    private final Optional<Caller> caller;
    private final SimulationTally tally = new SimulationTally();

    SimulationSearch(SimulationPlan plan, Optional<Caller> caller) {
        this.plan = plan;
        this.caller = caller;
    }

    SimulationReport run(long firstSeed, int count, ScenarioGenerator generator) {
        for (int done = 0; done < count; done++) {
            long seed = firstSeed + done;
            SimulationScenario scenario = generator.of(seed);
            SimulationFailure failure = failureOf(scenario, tally);
            if (failure != null) {
                throw told("Seed " + seed + ", after " + done + " without a failure", scenario, failure);
            }
        }
        return tally.report(count);
    }

    /** One scenario, as it is. */
    SimulationReport replay(SimulationScenario scenario) {
        SimulationFailure failure = failureOf(scenario, tally);
        if (failure != null) {
            throw new AssertionError(
                    "The scenario violates: " + failure.check() + "\n" + failure.getMessage() + "\n" + story(scenario),
                    failure);
        }
        return tally.report(1);
    }

    private @Nullable SimulationFailure failureOf(SimulationScenario scenario, SimulationTally counted) {
        try {
            SimulationRun.run(plan, scenario, counted);
            return null;
        } catch (SimulationFailure e) {
            return e;
        }
    }

    private AssertionError told(String which, SimulationScenario scenario, SimulationFailure failure) {
        if (!failsAlike(scenario, failure)) {
            return new AssertionError(
                    which + " violated: " + failure.check()
                            + "\nand did not when it was run a second time. The pipeline knows something that is neither in its input nor"
                            + " in its stores: a field that outlives its task, a clock or a random number of its own.\n"
                            + failure.getMessage(),
                    failure);
        }
        SimulationScenario smallest =
                new ScenarioShrinker(candidate -> failsAlike(candidate, failure)).shrink(scenario);
        SimulationFailure last = failureOf(smallest, new SimulationTally());
        SimulationFailure shown = last == null ? failure : last;
        return new AssertionError(
                which + ", violates: " + shown.check() + "\n" + shown.getMessage() + "\n" + story(smallest)
                        + (smallest.equals(scenario)
                                ? ""
                                : "\n(" + scenario.events().size() + " events before it was made smaller)")
                        + "\nRun it again: mvn test "
                        + caller.map(test -> "-Dtest=" + test.test() + " ").orElse("")
                        + "-D" + PipelineSimulation.SCENARIO_PROPERTY + "='" + smallest.text() + "'",
                shown);
    }

    private boolean failsAlike(SimulationScenario scenario, SimulationFailure failure) {
        SimulationFailure again = failureOf(scenario, new SimulationTally());
        return again != null && again.check().equals(failure.check());
    }

    // --- the scenario in words

    private String story(SimulationScenario scenario) {
        List<String> lines = new ArrayList<>();
        lines.add("in " + scenario.world() + ":");
        SimulationStory story = new SimulationStory(plan);
        for (SimulationEvent event : scenario.events()) {
            lines.add("  - " + story.told(event, scenario.isPower()));
        }
        if (scenario.events().stream().noneMatch(event -> event.kind() == Kind.RUN)) {
            lines.add("  - everything is processed");
        }
        return String.join("\n", lines);
    }
}
