package io.millrace.dsl.testing;

import java.util.List;
import java.util.Optional;

/** The same input in runs in which nothing goes wrong: what a scenario's results are compared with. */
final class CalmRuns {
    private final SimulationPlan plan;
    private final SimulationScenario scenario;
    private final List<SimulationRun.CalmStep> steps;

    CalmRuns(SimulationPlan plan, SimulationScenario scenario, List<SimulationRun.CalmStep> steps) {
        this.plan = plan;
        this.scenario = scenario;
        this.steps = steps;
    }

    /** @throws SimulationFailure if what was found is not what any run gives */
    void compare(SimulationResults found) {
        SimulationResults calm = results(scenario.seed(), true);
        Optional<SimulationFailure> difference = found.differenceFrom(calm, plan);
        if (difference.isEmpty()) {
            return;
        }
        SimulationFailure failure = difference.get();
        if (calm.differenceFrom(results(scenario.seed(), true), plan).isPresent()) {
            throw new SimulationFailure(
                    "the same input gives the same results",
                    "Two runs in which nothing went wrong, the same in everything, have different results. The pipeline knows"
                            + " something that is neither in its input nor in its stores: a static field, a clock or a random number"
                            + " of its own. "
                            + failure.getMessage());
        }
        // If what is right depends on whose turn it is, a difference says nothing.
        if (calm.differenceFrom(results(scenario.seed() + 1, false), plan).isPresent()) {
            throw new SimulationFailure(
                    "results do not depend on the order in which inputs are read",
                    "Two runs in which nothing went wrong have different results already, since inputs that a task reads"
                            + " together have no order: choose for such a topic how much of it is determined, with"
                            + " comparing(topic, ...), or NONE, and say what is right in an invariant. "
                            + failure.getMessage());
        }
        throw failure;
    }

    /** @param isStepwise processes each part of the input before the next is there, as the scenario did */
    private SimulationResults results(long seed, boolean isStepwise) {
        SimulationScenario calm = isStepwise
                ? scenario.withOneInstance()
                : scenario.withOneInstance().withOneLoop();
        PipelineTestSettings settings = SimulationRun.settings(plan, calm).withSeed(seed);
        try (PipelineTest test = PipelineTest.of(plan.pipeline(), settings)) {
            for (SimulationRun.CalmStep step : steps) {
                if (isStepwise || !step.isRun()) {
                    step.perform(test);
                }
            }
            test.run();
            if (!plan.settling().isZero()) {
                test.advanceTime(plan.settling());
                test.run();
            }
            return new SimulationResults(test);
        }
    }
}
