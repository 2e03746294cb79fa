package io.millrace.dsl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refuses topics between which every record would go round for ever: each is written to the next one, and the last to the first, by steps of which none can
 * end a record. A cycle with a step that may end one is a program. Pure.
 */
final class CycleRule {
    private CycleRule() {}

    static void check(List<Step> steps) {
        Map<String, Set<String>> forwards = forwards(steps);
        for (String topic : forwards.keySet()) {
            List<String> round = round(topic, forwards);
            if (!round.isEmpty()) {
                throw new PipelineException(
                        "Every record would go round for ever: all that is read from '"
                                + String.join("' is written to '", round)
                                + "' again. Put a step between that ends some (filter, or process, which decides what it emits), or write to another topic");
            }
        }
    }

    /** A record that fails where it is set aside, too, is set aside again. */
    static void checkDeadLetters(List<Step> steps) {
        Map<String, Set<String>> asides = new LinkedHashMap<>();
        for (Step step : steps) {
            if (step instanceof Step.Source source) {
                for (Topic<?, ?> letters : source.deadLetters()) {
                    asides.computeIfAbsent(source.topic().name(), topic -> new LinkedHashSet<>())
                            .add(letters.name());
                }
            }
        }
        for (String topic : asides.keySet()) {
            List<String> round = round(topic, asides);
            if (!round.isEmpty()) {
                throw new PipelineException(
                        "A record that fails each time would go round for ever and fill the disk: what fails of '"
                                + String.join("' is set aside in '", round)
                                + "', which is read. Give the stream of '" + round.get(round.size() - 2)
                                + "' another error policy, or set its records aside in a topic that nothing reads");
            }
        }
    }

    /** By topic, those to which every one of its records is written. */
    private static Map<String, Set<String>> forwards(List<Step> steps) {
        Map<String, Set<String>> found = new LinkedHashMap<>();
        for (Step step : steps) {
            if (step instanceof Step.Sink sink && sink.target().chooser() == null) {
                String written = sink.target().topics().get(0).name();
                for (String read : readWhole(sink, steps)) {
                    found.computeIfAbsent(read, topic -> new LinkedHashSet<>()).add(written);
                }
            }
        }
        return found;
    }

    /** The topics of which every record reaches this step. */
    private static Set<String> readWhole(Step step, List<Step> steps) {
        Set<String> topics = new LinkedHashSet<>();
        Set<Integer> seen = new LinkedHashSet<>();
        List<Integer> open = new ArrayList<>(step.inputs());
        while (!open.isEmpty()) {
            Step input = steps.get(open.remove(open.size() - 1));
            if (input instanceof Step.Source source) {
                topics.add(source.topic().name());
            } else if (input.passesAll() && seen.add(input.id())) {
                open.addAll(input.inputs());
            }
        }
        return topics;
    }

    /** The shortest way from a topic back to it, with the topic at both ends; empty if there is none. */
    private static List<String> round(String start, Map<String, Set<String>> forwards) {
        Map<String, List<String>> ways = new LinkedHashMap<>();
        List<String> open = new ArrayList<>(List.of(start));
        for (int next = 0; next < open.size(); next++) {
            String topic = open.get(next);
            for (String written : forwards.getOrDefault(topic, Set.of())) {
                List<String> way = new ArrayList<>(ways.getOrDefault(topic, List.of(start)));
                way.add(written);
                if (written.equals(start)) {
                    return way;
                }
                if (ways.putIfAbsent(written, way) == null) {
                    open.add(written);
                }
            }
        }
        return List.of();
    }
}
