package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.PatternSource;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.SubTopology;
import io.millrace.dsl.plan.Topology;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicSettings;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds or creates the topics of an application, before anything runs. */
final class TopicSetup {
    private final Topology topology;
    private final LogAdmin admin;
    private final AppSettings.OwnTopics ownTopics;
    private final Map<String, Integer> partitionCounts = new HashMap<>();

    private TopicSetup(Topology topology, LogAdmin admin, AppSettings.OwnTopics ownTopics) {
        this.topology = topology;
        this.admin = admin;
        this.ownTopics = ownTopics;
    }

    /**
     * @return the number of partitions of every topic of the application
     * @throws PipelineException if a topic is missing or has a number of partitions that the pipeline cannot work with
     */
    static Map<String, Integer> prepare(Topology topology, LogAdmin admin, AppSettings.OwnTopics ownTopics) {
        TopicSetup setup = new TopicSetup(topology, admin, ownTopics);
        List<Topic<?, ?>> owned = new ArrayList<>();
        for (Topic<?, ?> topic : topology.topics()) {
            if (topology.isOwned(topic) && topic.partitions().isEmpty()) {
                owned.add(topic);
            } else {
                setup.findOrCreate(topic);
            }
        }
        setup.findMatched();
        owned.forEach(setup::keepIfMatched);
        Map<String, Integer> counts = Planner.withRepartitionCounts(topology, setup.partitionCounts);
        owned.forEach(topic -> setup.findOrCreateOwned(topic, counts));
        topology.subTopologies().forEach(setup::createChangelogs);
        if (!topology.ingests().isEmpty()) {
            setup.create(topology.positionsTopic(), 1);
        }
        return setup.partitionCounts;
    }

    /** The topics that match patterns; which ones, that may change later. */
    private void findMatched() {
        MatchedTopics matched = new MatchedTopics(topology, admin);
        partitionCounts.putAll(matched.partitionCounts());
        for (SubTopology subTopology : topology.subTopologies()) {
            for (TopicDescription topic : matched.of(subTopology)) {
                topology.readerOf(topic.name());
                matched.check(topic.name(), subTopology, partitionCounts);
            }
            for (PatternSource pattern : subTopology.patterns()) {
                boolean isTold = pattern.pattern().partitions().isPresent()
                        || !matched.of(subTopology).isEmpty()
                        || !subTopology.sources().isEmpty();
                if (!isTold && needsCount(subTopology)) {
                    throw new PipelineException(
                            "No topic matches '"
                                    + pattern.pattern().regex()
                                    + "', and how many partitions its topics will have decides how many there are of the state or the"
                                    + " repartition topic behind it: say withPartitions(n), or create a topic that matches first");
                }
            }
        }
    }

    private static boolean needsCount(SubTopology subTopology) {
        return subTopology.isStateful() || !subTopology.repartitionTopics().isEmpty();
    }

    /** Behind a pattern, a later topic may have more partitions than those by which an own topic was made: that one stays as it is. */
    private void keepIfMatched(Topic<?, ?> topic) {
        boolean isBehindPattern = topology.subTopologies().stream()
                .anyMatch(writer -> !writer.patterns().isEmpty()
                        && writer.repartitionTopics().stream()
                                .anyMatch(own -> own.name().equals(topic.name())));
        if (isBehindPattern) {
            admin.describeTopic(topic.name()).ifPresent(found -> partitionCounts.put(topic.name(), found.partitions()));
        }
    }

    private void findOrCreate(Topic<?, ?> topic) {
        Optional<TopicDescription> found = admin.describeTopic(topic.name());
        if (found.isPresent()) {
            int partitions = found.get().partitions();
            if (topic.partitions().orElse(partitions) != partitions) {
                throw new PipelineException(
                        "Topic '" + topic.name() + "' has " + partitions + " partitions, but the pipeline declares "
                                + topic.partitions().getAsInt()
                                + ": its keys are spread over those it has, so declare as many, or use another topic");
            }
            partitionCounts.put(topic.name(), partitions);
        } else if (topic.partitions().isPresent()) {
            int partitions = topic.partitions().getAsInt();
            admin.createTopic(topic.name(), partitions, topic.settings());
            partitionCounts.put(topic.name(), partitions);
        } else {
            throw new PipelineException("Topic '" + topic.name()
                    + "' does not exist: create it, or declare it with withPartitions(n) so that the application does");
        }
    }

    private void findOrCreateOwned(Topic<?, ?> topic, Map<String, Integer> counts) {
        int partitions = counts.getOrDefault(topic.name(), 1);
        Optional<TopicDescription> found = admin.describeTopic(topic.name());
        if (found.isPresent() && found.get().partitions() != partitions) {
            throw new PipelineException("Topic '" + topic.name() + "', which is the application's own, has "
                    + found.get().partitions() + " partitions, and what feeds it or is joined with it has " + partitions
                    + ": its keys are spread over those it has. Say repartition(name, "
                    + found.get().partitions() + "), or choose another name, which begins an empty one");
        }
        createOwn(topic.name(), partitions, topic.settings());
    }

    private void createChangelogs(SubTopology subTopology) {
        int tasks = Planner.taskCount(subTopology, partitionCounts);
        for (StoreSpec<?> store : subTopology.stores()) {
            create(topology.changelogTopic(store.name()), tasks);
        }
    }

    /** @throws io.millrace.log.LogException if it exists with another number of partitions */
    private void create(String topic, int partitions) {
        createOwn(topic, partitions, TopicSettings.compacted());
    }

    private void createOwn(String topic, int partitions, TopicSettings settings) {
        boolean isNew = admin.createTopic(topic, partitions, limited(settings));
        if (!isNew && ownTopics.maxRecordBytes().isPresent()) {
            TopicSettings present =
                    admin.describeTopic(topic).map(TopicDescription::settings).orElse(settings);
            if (!limited(present).equals(present)) {
                admin.alterTopic(topic, limited(present));
            }
        }
        partitionCounts.put(topic, partitions);
    }

    private TopicSettings limited(TopicSettings settings) {
        return ownTopics.maxRecordBytes().isPresent()
                ? settings.withMaxRecordBytes(ownTopics.maxRecordBytes().getAsInt())
                : settings;
    }
}
