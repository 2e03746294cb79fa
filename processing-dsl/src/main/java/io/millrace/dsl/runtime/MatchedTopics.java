package io.millrace.dsl.runtime;

import io.millrace.dsl.PatternSource;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.plan.SubTopology;
import io.millrace.dsl.plan.Topology;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The topics that match an application's patterns, as the log has them at each question. Safe for use by several threads; costs nothing where
 * there is no pattern.
 */
final class MatchedTopics {
    private final Topology topology;
    private final LogAdmin admin;

    MatchedTopics(Topology topology, LogAdmin admin) {
        this.topology = topology;
        this.admin = admin;
    }

    /** Those of a sub-topology. */
    List<TopicDescription> of(SubTopology subTopology) {
        List<TopicDescription> matched = new ArrayList<>();
        if (!subTopology.patterns().isEmpty()) {
            for (TopicDescription topic : admin.topics()) {
                if (subTopology.patterns().stream().anyMatch(pattern -> pattern.matches(topic.name()))) {
                    matched.add(topic);
                }
            }
        }
        return matched;
    }

    /** Those of all, with the number of their partitions. */
    SortedMap<String, Integer> partitionCounts() {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (SubTopology subTopology : topology.subTopologies()) {
            of(subTopology).forEach(topic -> counts.put(topic.name(), topic.partitions()));
        }
        return counts;
    }

    /** True if a partition is one of a topic that matched, and is gone. */
    boolean isGone(TopicPartition partition) {
        return !topology.patterns().isEmpty()
                && !topology.inputTopics().contains(partition.topic())
                && admin.describeTopic(partition.topic()).isEmpty();
    }

    /**
     * Says whether a topic may be read by its pattern.
     *
     * @param counts of the application's topics; where the changelogs are among them, state is divided as those are
     * @throws PipelineException if its number of partitions is another than it must be
     */
    void check(String topic, SubTopology subTopology, Map<String, Integer> counts) {
        for (PatternSource pattern : subTopology.patterns()) {
            if (!pattern.matches(topic)) {
                continue;
            }
            int partitions =
                    admin.describeTopic(topic).map(TopicDescription::partitions).orElse(0);
            int expected = pattern.pattern()
                    .partitions()
                    .orElse(
                            subTopology.isStateful()
                                    ? counts.getOrDefault(changelog(subTopology), partitions)
                                    : partitions);
            if (partitions != 0 && partitions != expected) {
                throw new PipelineException("Topic '" + topic + "' matches '"
                        + pattern.pattern().regex() + "' and has " + partitions + " partitions, where "
                        + (subTopology.isStateful() ? "the state behind it has " : "the pattern declares ")
                        + expected + ", so that equal keys would not meet in one task: create it with "
                        + expected + ", or under a name that does not match");
            }
        }
    }

    private String changelog(SubTopology subTopology) {
        return topology.changelogTopic(subTopology.stores().get(0).name());
    }
}
