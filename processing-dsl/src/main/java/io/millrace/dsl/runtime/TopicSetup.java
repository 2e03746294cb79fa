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
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds or creates the topics of an application, before anything runs. */
final class TopicSetup {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);

    /** For what a dead letter says beside its record. */
    private static final int LETTER_BYTES = 64 * 1024;

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
     * @throws PipelineException if topics are missing, all of them named; or if some have settings that would lose records, or a number of partitions
     *     that the pipeline cannot work with
     */
    static Map<String, Integer> prepare(Topology topology, LogAdmin admin, AppSettings.OwnTopics ownTopics) {
        TopicSetup setup = new TopicSetup(topology, admin, ownTopics);
        List<Topic<?, ?>> named = new ArrayList<>();
        List<Topic<?, ?>> between = new ArrayList<>(); // whose number of partitions follows from the others'
        for (Topic<?, ?> topic : topology.topics()) {
            (topology.isOwned(topic) && topic.partitions().isEmpty() ? between : named).add(topic);
        }
        setup.findOrCreate(named);
        setup.findMatched();
        between.forEach(setup::keepIfMatched);
        Map<String, Integer> counts = Planner.withRepartitionCounts(topology, setup.partitionCounts);
        between.forEach(topic -> setup.partitionCounts.put(topic.name(), counts.getOrDefault(topic.name(), 1)));
        setup.checkOwn();
        topology.ownTopics().forEach(topic -> setup.createOwn(topic.name(), topic.settings()));
        setup.folded().forEach(topic -> setup.createOwn(topic.name(), TopicSettings.compacted()));
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

    /** Those that the pipeline names. Nothing is created as long as one of them cannot be. */
    private void findOrCreate(List<Topic<?, ?>> topics) {
        List<Topic<?, ?>> created = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Topic<?, ?> topic : topics) {
            Optional<TopicDescription> found = admin.describeTopic(topic.name());
            if (found.isPresent()) {
                checkCount(topic, found.get().partitions());
                partitionCounts.put(topic.name(), found.get().partitions());
            } else if (topic.partitions().isPresent()) {
                created.add(topic);
                partitionCounts.put(topic.name(), topic.partitions().getAsInt());
            } else {
                missing.add(topic.name());
            }
        }
        if (!missing.isEmpty()) {
            throw new PipelineException(missing(missing));
        }
        created.removeIf(topology::isOwned);
        created.forEach(topic ->
                admin.createTopic(topic.name(), partitionCounts.getOrDefault(topic.name(), 1), settingsOf(topic)));
    }

    /** A letter is larger than its record, by what is said of it: where nothing else is declared, each record that was read has room in it. */
    private TopicSettings settingsOf(Topic<?, ?> topic) {
        int unsaid = TopicSettings.defaults().maxRecordBytes();
        if (!topology.deadLetterTopics().contains(topic.name())
                || topic.settings().maxRecordBytes() != unsaid) {
            return topic.settings();
        }
        int largest = topology.inputTopics().stream()
                .flatMap(read -> admin.describeTopic(read).stream())
                .mapToInt(read -> read.settings().maxRecordBytes())
                .reduce(unsaid, Math::max);
        return topic.settings().withMaxRecordBytes(Math.min(largest, Integer.MAX_VALUE - LETTER_BYTES) + LETTER_BYTES);
    }

    private static void checkCount(Topic<?, ?> topic, int partitions) {
        if (topic.partitions().orElse(partitions) != partitions) {
            throw new PipelineException("Topic '" + topic.name() + "' has " + partitions
                    + " partitions, but the pipeline declares "
                    + topic.partitions().getAsInt()
                    + ": its keys are spread over those it has, so declare as many, or use another topic");
        }
    }

    private static String missing(List<String> names) {
        boolean isOne = names.size() == 1;
        return (isOne ? "Topic '" : "Topics '") + String.join("', '", names) + (isOne ? "' does" : "' do")
                + " not exist: create " + (isOne ? "it, " : "each of them, ")
                + names.stream()
                        .map(name -> "`millrace topics create " + name + " --partitions N --data DIR`")
                        .collect(Collectors.joining(", "))
                + ", or declare it withPartitions(n), so that the application does";
    }

    // --- the application's own

    /** Those that keep the newest record of each key, and how many partitions each has. */
    private List<OwnTopic> folded() {
        List<OwnTopic> own = new ArrayList<>();
        for (SubTopology subTopology : topology.subTopologies()) {
            int tasks = Planner.taskCount(subTopology, partitionCounts);
            for (StoreSpec<?> store : subTopology.stores()) {
                own.add(folded(
                        topology.changelogTopic(store.name()),
                        OwnTopic.Kind.CHANGELOG,
                        "the changelog of store '" + store.name() + "'",
                        tasks));
            }
        }
        if (!topology.ingests().isEmpty()) {
            own.add(folded(
                    topology.positionsTopic(), OwnTopic.Kind.POSITIONS, "where sources commit their positions", 1));
        }
        return own;
    }

    private OwnTopic folded(String name, OwnTopic.Kind kind, String of, int partitions) {
        partitionCounts.put(name, partitions);
        return new OwnTopic(name, kind, of);
    }

    /** All at once, before any of them is created. */
    private void checkOwn() {
        List<OwnTopic> all = folded();
        topology.ownTopics()
                .forEach(topic -> all.add(new OwnTopic(
                        topic.name(), OwnTopic.Kind.REPARTITION, "the application's own between two of its steps")));
        topology.deadLetterTopics()
                .forEach(name -> all.add(new OwnTopic(name, OwnTopic.Kind.DEAD_LETTERS, "which takes dead letters")));
        all.add(new OwnTopic(
                TopologyRecord.topic(topology.name()), OwnTopic.Kind.TOPOLOGY, "where its topology is recorded"));
        List<String> complaints = new ArrayList<>();
        for (OwnTopic topic : all) {
            admin.describeTopic(topic.name()).ifPresent(found -> judge(topic, found, complaints));
        }
        if (!complaints.isEmpty()) {
            throw new PipelineException(String.join(". ", complaints));
        }
    }

    private void judge(OwnTopic topic, TopicDescription found, List<String> complaints) {
        int needed = topic.kind() == OwnTopic.Kind.TOPOLOGY ? 1 : partitionCounts.getOrDefault(topic.name(), 1);
        if (found.partitions() != needed) {
            complaints.add(topic.wrongCount(found.partitions(), needed));
        }
        topic.complaint(found.settings()).ifPresent(complaints::add);
        topic.warning(found.settings()).ifPresent(warning -> LOG.warn("Application {}: {}", topology.name(), warning));
    }

    private void createOwn(String topic, TopicSettings settings) {
        boolean isNew = admin.createTopic(topic, partitionCounts.getOrDefault(topic, 1), limited(settings));
        if (!isNew && ownTopics.maxRecordBytes().isPresent()) {
            TopicSettings present =
                    admin.describeTopic(topic).map(TopicDescription::settings).orElse(settings);
            if (!limited(present).equals(present)) {
                admin.alterTopic(topic, limited(present));
            }
        }
    }

    private TopicSettings limited(TopicSettings settings) {
        return ownTopics.maxRecordBytes().isPresent()
                ? settings.withMaxRecordBytes(ownTopics.maxRecordBytes().getAsInt())
                : settings;
    }
}
