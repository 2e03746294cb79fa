package io.millrace.dsl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold of chosen partitions. Pure; each error says what to write instead. */
final class PartitionerRule {
    private PartitionerRule() {}

    /**
     * Records that meet by key were all spread over partitions in one way. How the application's own topics are written is known; whether two functions are
     * the same is not, nor how others' topics are written.
     */
    static void check(List<Step> steps) {
        Map<String, Step.Sink> writers = new HashMap<>();
        for (Step step : steps) {
            // Answers of a join by foreign key go to where the question came from.
            if (step instanceof Step.Sink sink
                    && sink.target().isOwned()
                    && !(steps.get(sink.input()) instanceof ForeignKeyStep)) {
                writers.put(sink.target().topics().get(0).name(), sink);
            }
        }
        for (Step step : steps) {
            if (step.meetsByKey()) {
                check(step, steps, writers);
            }
        }
    }

    private static void check(Step stateful, List<Step> steps, Map<String, Step.Sink> writers) {
        List<String> chosen = new ArrayList<>();
        List<String> byKey = new ArrayList<>();
        for (Step step : PipelineRule.upstream(stateful, steps)) {
            Step.Sink writer = step instanceof Step.Source source
                    ? writers.get(source.topic().name())
                    : null;
            if (writer != null) {
                List<String> topics = writer.target().partitioner() == null ? byKey : chosen;
                topics.add(writer.target().topics().get(0).name());
            }
        }
        if (!chosen.isEmpty() && !byKey.isEmpty()) {
            throw new PipelineException("'" + stateful.label() + "' goes by key, but topic '" + chosen.get(0)
                    + "' is written with a partitioner and '" + byKey.get(0)
                    + "' by key alone, so equal keys may lie in different partitions: give both repartition(...) calls the"
                    + " same partitioner, or neither");
        }
    }
}
