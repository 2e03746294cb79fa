package io.millrace.dsl.runtime;

import io.millrace.dsl.PipelineException;
import io.millrace.dsl.plan.TopologyChanges;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topology that an application was last started with, in its log: topic {@code <application>-topology}, the newest record of its one
 * partition. With it, state that a changed program would silently keep wrong is noticed before anything runs.
 */
public final class TopologyRecord {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyRecord.class);
    private static final String SUFFIX = "-topology";
    private static final String KEY = "topology";

    private TopologyRecord() {}

    /** Where it is, in the one partition. */
    static String topic(String application) {
        return application + SUFFIX;
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
        TopicPartition partition = new TopicPartition(topic(application), 0);
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
     * Holds a topology against the one before.
     *
     * @return true if it differs, so that it is to be {@link #write written}
     * @throws PipelineException if state of the one before would not go on as it was, unless that is accepted; if it could not be read, also then
     */
    static boolean check(EventLog log, TopologyManifest topology, boolean acceptsChange) {
        Optional<TopologyManifest> before = read(log, topology.application());
        if (before.isEmpty()) {
            return true;
        }
        List<String> changes = TopologyChanges.between(before.get(), topology);
        if (!changes.isEmpty()) {
            String all = String.join("; ", changes);
            if (!acceptsChange) {
                throw new PipelineException("The state of '" + topology.application()
                        + "' would not go on as it was: " + all
                        + ". Start what was there before, or this under another name, which begins anew, or say"
                        + " AppSettings.withAcceptedTopologyChange() if that is what you want");
            }
            checkBytes(before.get(), topology);
            LOG.warn("Application {}: the topology changed, as accepted: {}", topology.application(), all);
        }
        return !before.get().equals(topology);
    }

    private static void checkBytes(TopologyManifest before, TopologyManifest topology) {
        List<String> unreadable = TopologyChanges.ofBytes(before, topology);
        if (!unreadable.isEmpty()) {
            throw new PipelineException("The state of '" + topology.application() + "' could not be read: "
                    + String.join("; ", unreadable)
                    + ". To accept a change converts no bytes, neither in the state nor in its changelog. Declare the store as it was, or give"
                    + " the new one a name of its own, which begins empty");
        }
    }

    /** Writes what this application runs from now on. */
    static void write(TransactionalLog log, TopologyManifest topology) {
        String topic = topic(topology.application());
        log.admin().createTopic(topic, 1, TopicSettings.compacted());
        try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(topic))) {
            producer.begin();
            producer.send(
                    new TopicPartition(topic, 0),
                    0,
                    BytesView.ofUtf8(KEY),
                    BytesView.ofUtf8(topology.toText()),
                    List.of());
            producer.commit();
        }
    }
}
