package io.millrace.dsl.runtime;

import io.millrace.dsl.PipelineException;
import io.millrace.dsl.TopologyPlan;
import io.millrace.dsl.plan.DeclaredTopology;
import io.millrace.dsl.plan.EvolutionRule;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The topology that an application was last started with, in its log: topic {@code <application>-topology}, the newest record of its one
 * partition. With it, state that a changed program would silently keep wrong is noticed before anything runs.
 */
public final class TopologyRecord {
    private static final String SUFFIX = "-topology";
    private static final String KEY = "topology";

    private TopologyRecord() {}

    /** Where it is, in the one partition. */
    static String topic(String application) {
        return application + SUFFIX;
    }

    static TopicPartition partition(String application) {
        return new TopicPartition(topic(application), 0);
    }

    /**
     * The topology that an application was last started with; empty if it never was.
     *
     * @throws PipelineException if it cannot be read
     */
    public static Optional<TopologyManifest> read(EventLog log, String application) {
        try {
            return newest(log, application).map(TopologyManifest::parse);
        } catch (IllegalArgumentException e) {
            throw new PipelineException(
                    "The topology that '" + application + "' was last started with cannot be read from topic '"
                            + topic(application) + "': " + e.getMessage());
        }
    }

    /** The text of the newest record; empty if there is none, or the topic is somebody else's. */
    private static Optional<String> newest(EventLog log, String application) {
        TopicPartition partition = partition(application);
        if (log.admin().describeTopic(partition.topic()).isEmpty()) {
            return Optional.empty();
        }
        Optional<String> newest = Optional.empty();
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, log.admin().logStartOffset(partition));
            long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
            while (consumer.position(partition) < end) {
                for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                    while (cursor.next()) {
                        newest = text(cursor.record());
                    }
                }
            }
        }
        return newest;
    }

    private static Optional<String> text(LogRecord record) {
        BytesView key = record.key();
        BytesView value = record.value();
        if (key == null || value == null || !key.equals(BytesView.ofUtf8(KEY))) {
            return Optional.empty();
        }
        return Optional.of(value.toUtf8());
    }

    /** The applications that were ever started on a log, sorted. */
    public static List<String> applications(EventLog log) {
        return log.admin().topics().stream()
                .map(TopicDescription::name)
                .filter(name -> name.endsWith(SUFFIX) && name.length() > SUFFIX.length())
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .filter(name -> newest(log, name).isPresent())
                .sorted()
                .toList();
    }

    /**
     * What the start of a program would do with what its application keeps.
     *
     * @throws PipelineException if what is recorded cannot be read
     */
    public static TopologyPlan plan(EventLog log, DeclaredTopology declared) {
        return decide(log, declared).plan();
    }

    /**
     * What a start of a program would do, and record.
     *
     * @throws PipelineException if what is recorded cannot be read
     */
    static EvolutionRule.Decision decide(EventLog log, DeclaredTopology declared) {
        return EvolutionRule.decide(read(log, declared.manifest().application()), declared);
    }

    /**
     * Compares topics with those of other applications whose names begin as this one's name does, or the other way round: "a" with a store "b-c" and "a-b"
     * with a store "c" would write to one changelog.
     *
     * @throws PipelineException if one would be another application's, too
     */
    static void checkNeighbours(EventLog log, TopologyManifest topology) {
        SortedMap<String, String> own = topology.ownTopics();
        for (String other : applications(log)) {
            if (other.startsWith(topology.application() + "-")
                    || topology.application().startsWith(other + "-")) {
                SortedMap<String, String> others =
                        read(log, other).map(TopologyManifest::ownTopics).orElseGet(TreeMap::new);
                own.forEach((topic, what) -> {
                    String theirs = others.get(topic);
                    if (theirs != null) {
                        throw new PipelineException(
                                "Topic '" + topic + "' would be " + what + " of application '"
                                        + topology.application() + "', and in application '" + other + "' it is "
                                        + theirs
                                        + ": call one of the two applications, or of the two steps, otherwise. Nothing was changed");
                    }
                });
            }
        }
    }

    /**
     * Writes what this application runs from now on; may be done twice.
     *
     * @throws LogException if it is not committed; with RETRY if another attempt may be
     */
    static void write(TransactionalLog log, TopologyManifest topology) {
        TopicPartition partition = partition(topology.application());
        String topic = partition.topic();
        log.admin().createTopic(topic, 1, TopicSettings.compacted());
        try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(topic))) {
            producer.begin();
            producer.send(partition, 0, BytesView.ofUtf8(KEY), BytesView.ofUtf8(topology.toText()), List.of());
            TransactionOutcome outcome = producer.commit();
            if (outcome != TransactionOutcome.COMMITTED) {
                throw new LogException(
                        Disposition.RETRY,
                        "The transaction that records the topology in '" + topic + "' is " + outcome);
            }
        }
    }
}
