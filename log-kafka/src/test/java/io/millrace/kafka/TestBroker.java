package io.millrace.kafka;

import io.millrace.kafka.local.LocalCluster;
import io.millrace.kafka.local.LocalClusterConfig;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionalLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.GroupState;

/** The one broker of all tests of this module: started with the first that asks, and ended with their process. */
final class TestBroker {
    /** Groups and timers of a broker that nobody shares, so that what takes a broker seconds takes it moments. */
    private static final Map<String, String> QUICK = Map.of(
            "offsets.topic.num.partitions", "1",
            "transaction.state.log.num.partitions", "1",
            "group.consumer.min.heartbeat.interval.ms", "50",
            "group.consumer.heartbeat.interval.ms", "100",
            "group.min.session.timeout.ms", "100",
            "log.initial.task.delay.ms", "60000",
            "offsets.retention.check.interval.ms", "600000");

    /** What is a matter of seconds for clients of a cluster that others share. */
    static final Map<String, String> QUICK_CLIENTS = Map.of(
            "metadata.max.age.ms", "200",
            "heartbeat.interval.ms", "100",
            "retry.backoff.ms", "20",
            "retry.backoff.max.ms", "100",
            "reconnect.backoff.ms", "20",
            "reconnect.backoff.max.ms", "100");

    private static final TestBroker INSTANCE = new TestBroker();

    private final LocalCluster cluster;
    private final Admin admin;

    private TestBroker() {
        try {
            Path directory = Files.createTempDirectory(Path.of("target"), "kafka-");
            cluster = LocalCluster.start(
                    LocalClusterConfig.attached(directory, classPath()).withOverrides(QUICK));
            admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kafka's server, as the build has written it down. */
    static String classPath() throws IOException {
        return Files.readString(Path.of(System.getProperty("millrace.kafka.classpath")))
                .strip();
    }

    static String bootstrapServers() {
        return INSTANCE.cluster.bootstrapServers();
    }

    static KafkaLog connect() {
        return KafkaLog.connect(KafkaLogConfig.of(bootstrapServers()).withProperties(QUICK_CLIENTS));
    }

    /** Deletes what other tests left: their topics and their groups. */
    static void empty() {
        INSTANCE.emptyNow();
    }

    private void emptyNow() {
        try {
            for (var group : admin.listGroups(ListGroupsOptions.forConsumerGroups())
                    .all()
                    .get()) {
                String id = group.groupId();
                // A static member that was closed counts until its session times out.
                if (group.groupState()
                        .filter(state -> state != GroupState.EMPTY)
                        .isPresent()) {
                    admin.removeMembersFromConsumerGroup(id, new RemoveMembersFromConsumerGroupOptions())
                            .all()
                            .get();
                }
                admin.deleteConsumerGroups(List.of(id)).all().get();
            }
            Set<String> topics = new HashSet<>(admin.listTopics().names().get());
            topics.removeIf(topic -> topic.startsWith("__"));
            if (!topics.isEmpty()) {
                admin.deleteTopics(topics).all().get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker could not be emptied", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The state of a group as the broker calls it. */
    static GroupState stateOf(String group) {
        try {
            return INSTANCE.admin
                    .describeConsumerGroups(List.of(group))
                    .all()
                    .get()
                    .get(group)
                    .groupState();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns when every transaction that was ended has its markers: a commit is decided before it is seen. */
    static void awaitMarkers(TransactionalLog log) {
        for (TransactionDescription transaction : log.transactions().list()) {
            String id = transaction.transactionalId();
            ((KafkaLog) log)
                    .calls()
                    .until(
                            "The end of " + id + " has not all of its markers",
                            () -> log.transactions()
                                    .describe(id)
                                    .filter(now -> now.state().startsWith("Prepare"))
                                    .isEmpty());
        }
    }
}
