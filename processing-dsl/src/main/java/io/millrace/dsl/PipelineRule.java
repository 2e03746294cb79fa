package io.millrace.dsl;

import io.millrace.log.TopicSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What must hold of every pipeline, known before it runs. Pure; each error says what to write instead. */
final class PipelineRule {
    private static final int LONGEST_TOPIC = 249;
    /** Behind the name of a topic of dead letters. */
    private static final String DECISIONS = "-decisions";

    private PipelineRule() {}

    static void check(List<Step> steps, List<Ingest<?>> ingests, List<Topic<?, ?>> topics) {
        if (ingests.isEmpty() && steps.isEmpty()) {
            throw new PipelineException(
                    "The pipeline is empty: begin with stream(topic) or ingest(name, source, handler)");
        }
        NameRule.check(steps, ingests);
        ingests.forEach(PipelineRule::checkPolicy);
        checkPatterns(steps);
        checkTypes(steps);
        checkUse(steps);
        CycleRule.check(steps);
        CycleRule.checkDeadLetters(steps);
        TableRule.check(steps);
        GlobalTableRule.check(steps);
        PartitionerRule.check(steps);
        Map<String, Topic<?, ?>> byName = new HashMap<>();
        topics.forEach(topic -> byName.put(topic.name(), topic));
        for (Step step : steps) {
            step.deadLetters().forEach(topic -> checkDeadLetters(byName.getOrDefault(topic.name(), topic)));
            if (step.meetsByKey()) {
                checkKeys(step, steps);
                checkPartitions(step, steps, byName);
            }
        }
    }

    /** Topics that are to be one stream. */
    static void checkAlike(List<? extends Topic<?, ?>> topics) {
        if (Erased.given("list of topics", topics).isEmpty()) {
            throw new PipelineException("A stream of no topic has no records: name one at least in stream(topics)");
        }
        topics.forEach(topic -> Erased.given("topic", topic));
        Topic<?, ?> first = topics.get(0);
        Set<String> names = new HashSet<>();
        for (Topic<?, ?> topic : topics) {
            if (!names.add(topic.name())) {
                throw new PipelineException("Topic '" + topic.name()
                        + "' is named twice in stream(topics), which would give every record twice: name it once");
            }
            if (!topic.typeNames().equals(first.typeNames())) {
                throw new PipelineException(
                        "Topic '" + first.name() + "' is one of " + first.typeNames() + " and '"
                                + topic.name() + "' one of " + topic.typeNames()
                                + ": topics in one stream have the same serdes; else make their values alike, and merge the streams");
            }
        }
    }

    /** A record that came by two ways would count twice. */
    private static void checkPatterns(List<Step> steps) {
        for (Step step : steps) {
            if (step instanceof PatternSource pattern) {
                for (Step other : steps) {
                    if (other instanceof Step.Source source
                            && pattern.matches(source.topic().name())) {
                        throw new PipelineException("Topic '" + source.topic().name()
                                + "' is read by a stream of its own, and matches '"
                                + pattern.pattern().regex()
                                + "', which would give its records twice: read it in one of the two ways");
                    }
                }
            }
        }
    }

    /** The topics that steps write, and those of dead letters. */
    static Set<String> writtenTopics(List<Step> steps) {
        Map<String, Topic<?, ?>> written = new HashMap<>();
        for (Step step : steps) {
            if (step instanceof Step.Sink sink) {
                sink.target().topics().forEach(topic -> written.put(topic.name(), topic));
            }
            step.deadLetters().forEach(topic -> written.put(topic.name(), topic));
        }
        Set<String> names = new HashSet<>(written.keySet());
        // What was decided of dead letters is kept beside them.
        written.keySet().forEach(topic -> names.add(topic + DECISIONS));
        return names;
    }

    /** Every topic that is named anywhere, once each; a mention with partitions wins over one without. */
    static List<Topic<?, ?>> topicsOf(List<Step> steps, List<Topic<?, ?>> declared) {
        Map<String, Topic<?, ?>> found = new LinkedHashMap<>();
        for (Step step : steps) {
            topicsOf(step).forEach(topic -> addTopic(found, topic));
            step.deadLetters().forEach(topic -> addTopic(found, topic));
        }
        declared.forEach(topic -> addTopic(found, topic));
        return List.copyOf(found.values());
    }

    private static void addTopic(Map<String, Topic<?, ?>> found, Topic<?, ?> topic) {
        Topic<?, ?> known = found.putIfAbsent(topic.name(), topic);
        if (known != null) {
            found.put(topic.name(), merged(known, topic));
        }
    }

    /** What two mentions of a topic say together: the one may have left out what the other one has. */
    private static Topic<?, ?> merged(Topic<?, ?> one, Topic<?, ?> other) {
        if (one.partitions().isPresent()
                && other.partitions().isPresent()
                && !one.partitions().equals(other.partitions())) {
            throw new PipelineException("Topic '" + one.name() + "' is declared with "
                    + one.partitions().getAsInt() + " and with "
                    + other.partitions().getAsInt() + " partitions: keep one Topic constant and use it everywhere");
        }
        TopicSettings unsaid = TopicSettings.defaults();
        if (!one.settings().equals(unsaid)
                && !other.settings().equals(unsaid)
                && !one.settings().equals(other.settings())) {
            throw new PipelineException("Topic '" + one.name() + "' is declared with " + one.settings() + " and with "
                    + other.settings() + ": keep one Topic constant and use it everywhere");
        }
        Topic<?, ?> counted = one.partitions().isPresent() ? one : other;
        return counted.withSettings(one.settings().equals(unsaid) ? other.settings() : one.settings());
    }

    private static void checkPolicy(Ingest<?> ingest) {
        if (ingest.errorPolicy().deadLetters().isPresent()) {
            throw new PipelineException("Source '" + ingest.name()
                    + "' has dead letters as its error policy, but an item of a source has no bytes to keep: catch the error in its"
                    + " handler and send what is to be kept to a topic, or choose retry, skip or stop");
        }
    }

    private static void checkDeadLetters(Topic<?, ?> topic) {
        int longest = LONGEST_TOPIC - DECISIONS.length();
        if (topic.name().length() > longest) {
            throw new PipelineException("Topic '" + topic.name()
                    + "' takes dead letters, and what is decided of them is kept in a topic of its name"
                    + " and '" + DECISIONS + "': a topic's name has at most " + LONGEST_TOPIC
                    + " characters, so give it one of at most "
                    + longest);
        }
        if (topic.settings().cleanup().compacts()) {
            throw new PipelineException(
                    "Topic '" + topic.name() + "' takes dead letters and compacts them: of two with one key"
                            + " the first would go, and one without a key cannot be written. Declare it with a cleanup that deletes, and with the"
                            + " retention of your choice");
        }
    }

    private static void checkTypes(List<Step> steps) {
        Map<String, Topic<?, ?>> known = new HashMap<>();
        for (Step step : steps) {
            for (Topic<?, ?> topic : topicsOf(step)) {
                Topic<?, ?> before = known.putIfAbsent(topic.name(), topic);
                if (before != null && !before.sameTypes(topic)) {
                    throw new PipelineException("Topic '" + topic.name() + "' is used as " + before.shownTypes(topic)
                            + " and as " + topic.shownTypes(before)
                            + ": keep one Topic constant and use it everywhere");
                }
            }
        }
    }

    /** Those that a step reads or writes. */
    static List<Topic<?, ?>> topicsOf(Step step) {
        if (step instanceof Step.Source source) {
            return List.of(source.topic());
        }
        if (step instanceof GlobalTableStep table) {
            return List.of(table.topic());
        }
        return step instanceof Step.Sink sink ? sink.target().topics() : List.of();
    }

    /** A stream that nobody uses is a forgotten step. */
    private static void checkUse(List<Step> steps) {
        Set<Integer> used = new HashSet<>();
        steps.forEach(step -> used.addAll(step.inputs()));
        for (Step step : steps) {
            if (!step.mayEnd() && !used.contains(step.id())) {
                throw new PipelineException("Nothing is done with '" + step.label()
                        + "': end the stream with to(topic), process(...) or peek(...), or remove it");
            }
        }
    }

    private static void checkKeys(Step stateful, List<Step> steps) {
        for (Step step : upstream(stateful, steps)) {
            if (step.changesKey()) {
                throw new PipelineException("'" + stateful.label() + "' goes by key, but '" + step.label()
                        + "' before it may have changed the key, so equal keys may lie in different partitions: call "
                        + "repartition(name) between the two");
            }
        }
    }

    /** The rows of one key must meet in one task, so all inputs of its state have equally many partitions. */
    private static void checkPartitions(Step stateful, List<Step> steps, Map<String, Topic<?, ?>> topics) {
        Map<Integer, Set<String>> byCount = new LinkedHashMap<>();
        for (Step step : upstream(stateful, steps)) {
            if (step instanceof Step.Source source) {
                Topic<?, ?> topic = topics.getOrDefault(source.topic().name(), source.topic());
                if (topic.partitions().isPresent()) {
                    byCount.computeIfAbsent(topic.partitions().getAsInt(), count -> new TreeSet<>())
                            .add(topic.name());
                }
            }
        }
        if (byCount.size() > 1) {
            List<String> counts = new ArrayList<>();
            byCount.forEach((count, names) -> counts.add(String.join(", ", names) + " has " + count));
            throw new PipelineException("The inputs of '" + stateful.label()
                    + "' must have equally many partitions, so that equal keys meet in one task, but "
                    + String.join(" and ", counts)
                    + ": declare them with the same withPartitions(n), or repartition(topic) one of them");
        }
    }

    /** The steps before this one, up to the sources, in the order of writing. */
    static List<Step> upstream(Step step, List<Step> steps) {
        List<Step> found = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        List<Integer> open = new ArrayList<>(step.inputs());
        while (!open.isEmpty()) {
            Step input = steps.get(open.remove(open.size() - 1));
            if (seen.add(input.id())) {
                found.add(input);
                open.addAll(input.inputs());
            }
        }
        found.sort(Comparator.comparingInt(Step::id));
        return found;
    }
}
