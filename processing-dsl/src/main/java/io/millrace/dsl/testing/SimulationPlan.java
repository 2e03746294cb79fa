package io.millrace.dsl.testing;

import io.millrace.dsl.Pipeline;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What is the same in all scenarios of a simulation.
 *
 * @param comparisons of single topics, by name; of all others it is {@code comparison}
 * @param settling how much time passes at the end
 */
record SimulationPlan(
        Function<? super InstantSource, Pipeline> pipeline,
        PipelineTestSettings settings,
        List<SimulationFeed<?, ?>> feeds,
        List<Invariant> invariants,
        Set<Fault> faults,
        ResultComparison comparison,
        Map<String, ResultComparison> comparisons,
        Duration settling) {
    record Invariant(String name, Consumer<? super SimulationCut> check) {}

    boolean isComparing() {
        return comparison != ResultComparison.NONE
                || comparisons.values().stream().anyMatch(one -> one != ResultComparison.NONE);
    }

    ResultComparison comparisonOf(String topic) {
        return comparisons.getOrDefault(topic, comparison);
    }
}
