package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.GroupDescription;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogException;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.OffsetTarget;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Administration of one cluster. Safe for use by several threads. */
final class KafkaLogAdmin implements LogAdmin {
    private final ClusterCalls calls;
    private final Optional<Short> replicas;
    private final Topics topics;
    private final PartitionOffsets offsets;
    private final Groups groups;

    KafkaLogAdmin(
            ClusterCalls calls, Optional<Short> replicas, Topics topics, PartitionOffsets offsets, Groups groups) {
        this.calls = calls;
        this.replicas = replicas;
        this.topics = topics;
        this.offsets = offsets;
        this.groups = groups;
    }

    // --- topics

    @Override
    public boolean createTopic(String name, int partitions, TopicSettings settings) {
        calls.checkOpen();
        if (Names.isInternal(name)) {
            throw new LogException(
                    Disposition.STOP,
                    "Topic names that begin with __ are reserved, got '" + name + "': choose another");
        }
        NewTopic topic = new NewTopic(name, Optional.of(partitions), replicas).configs(TopicConfigs.of(settings));
        String what = "Topic " + name + " could not be created";
        try {
            calls.await(what, calls.admin().createTopics(List.of(topic)).all());
        } catch (LogException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return checkSame(name, partitions);
            }
            throw e;
        }
        topics.forget(name);
        awaitLeaders("Topic " + name + " is created, but its partitions got no leaders", name, partitions);
        return true;
    }

    /**
     * Brokers know of a partition a moment before they lead it. A producer that writes in that moment can see its first batch refused and the second
     * taken, and would repeat the first in vain.
     */
    private void awaitLeaders(String what, String name, int partitions) {
        calls.until(what, () -> topics.isReady(name, partitions));
        List<TopicPartition> all = new ArrayList<>();
        for (int number = 0; number < partitions; number++) {
            all.add(new TopicPartition(name, number));
        }
        offsets.ends(all, Isolation.READ_UNCOMMITTED);
    }

    private boolean checkSame(String name, int partitions) {
        topics.forget(name);
        int found = topics.require(name).partitions();
        if (found != partitions) {
            throw new LogException(
                    Disposition.STOP,
                    "Topic " + name + " exists with " + found + " partitions, not " + partitions
                            + ": ask for as many, or choose another name");
        }
        return false;
    }

    @Override
    public boolean deleteTopic(String name) {
        Optional<TopicDescription> found = topics.read(name);
        if (found.isEmpty()) {
            return false;
        }
        topics.requireUsers(name, "cannot be deleted");
        try {
            calls.await(
                    "Topic " + name + " could not be deleted",
                    calls.admin().deleteTopics(List.of(name)).all());
        } catch (LogException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        } finally {
            topics.forget(name);
        }
        calls.until(
                "Topic " + name + " is deleted, but brokers still know it",
                () -> topics.read(name).isEmpty());
        return true;
    }

    @Override
    public void addPartitions(String name, int partitions) {
        topics.forget(name);
        int present = topics.requireUsers(name, "gets no more partitions").partitions();
        if (partitions < present) {
            throw new LogException(
                    Disposition.STOP,
                    "Topic " + name + " has " + present + " partitions and cannot have " + partitions
                            + ": partitions are only added. Create another topic to have fewer");
        }
        if (partitions == present) {
            return;
        }
        calls.await(
                "Topic " + name + " could not get more partitions",
                calls.admin()
                        .createPartitions(Map.of(name, NewPartitions.increaseTo(partitions)))
                        .all());
        topics.forget(name);
        awaitLeaders("Topic " + name + " got more partitions, but these no leaders", name, partitions);
    }

    @Override
    public void alterTopic(String name, TopicSettings settings) {
        topics.forget(name);
        topics.requireUsers(name, "keeps its settings");
        List<AlterConfigOp> changes = new ArrayList<>();
        TopicConfigs.of(settings)
                .forEach((config, value) ->
                        changes.add(new AlterConfigOp(new ConfigEntry(config, value), AlterConfigOp.OpType.SET)));
        calls.await(
                "The settings of topic " + name + " could not be changed",
                calls.admin()
                        .incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, name), changes))
                        .all());
        calls.until(
                "The settings of topic " + name + " are changed, but brokers still have the former",
                () -> topics.read(name)
                        .map(topic -> topic.settings().equals(settings))
                        .orElse(true));
        topics.forget(name);
    }

    @Override
    public Optional<TopicDescription> describeTopic(String name) {
        return topics.read(name);
    }

    @Override
    public List<TopicDescription> topics() {
        return topics.all();
    }

    // --- records

    @Override
    public Map<TopicPartition, Long> deleteRecords(Map<TopicPartition, Long> beforeOffsets) {
        calls.checkOpen();
        SortedMap<TopicPartition, Long> asked = new TreeMap<>(beforeOffsets);
        asked.forEach(this::checkDeletable);
        Map<org.apache.kafka.common.TopicPartition, RecordsToDelete> requests = new HashMap<>();
        asked.forEach(
                (partition, offset) -> requests.put(Names.theirs(partition), RecordsToDelete.beforeOffset(offset)));
        SortedMap<TopicPartition, Long> starts = new TreeMap<>();
        calls.admin().deleteRecords(requests).lowWatermarks().forEach((theirs, answer) -> {
            TopicPartition partition = Names.ours(theirs);
            starts.put(
                    partition,
                    calls.await("No record of " + partition + " was deleted", answer)
                            .lowWatermark());
        });
        return starts;
    }

    private void checkDeletable(TopicPartition partition, long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("An offset is 0 or more, got " + offset);
        }
        topics.requireUsers(partition.topic(), "keeps its records");
        String refused = "No record of " + partition + " was deleted: ";
        if (!topics.require(partition).settings().cleanup().deletes()) {
            throw new LogException(
                    Disposition.STOP,
                    refused
                            + "its topic is compacted, and keeps the newest of each key. Send a record without a value for a"
                            + " key that is to go, or let the topic's cleanup delete as well");
        }
        long stable = offsets.end(partition, Isolation.READ_COMMITTED);
        if (offset > offsets.end(partition, Isolation.READ_UNCOMMITTED)) {
            throw new LogException(
                    Disposition.STOP, refused + "offset " + offset + " does not exist. Choose one up to " + stable);
        }
        if (offset > stable) {
            throw new LogException(
                    Disposition.RETRY,
                    refused + "from offset " + stable
                            + " on it is not decided, because a transaction is open. Choose an offset up to that, or try"
                            + " again later");
        }
    }

    @Override
    public long logStartOffset(TopicPartition topicPartition) {
        return offsets.start(topicPartition);
    }

    @Override
    public long endOffset(TopicPartition topicPartition, Isolation isolation) {
        return offsets.end(topicPartition, isolation);
    }

    @Override
    public OptionalLong offsetForTimestamp(TopicPartition topicPartition, long timestamp, Isolation isolation) {
        return offsets.atTime(topicPartition, timestamp, isolation);
    }

    // --- groups

    @Override
    public Map<TopicPartition, Long> committedOffsets(String groupId) {
        return groups.committed(groupId);
    }

    @Override
    public List<String> groups() {
        return groups.list();
    }

    @Override
    public Optional<GroupDescription> describeGroup(String groupId) {
        return groups.describe(groupId);
    }

    @Override
    public OffsetResetPlan planOffsetReset(String groupId, Set<TopicPartition> partitions, OffsetTarget target) {
        return groups.planReset(groupId, partitions, target);
    }

    @Override
    public void resetOffsets(OffsetResetPlan plan) {
        groups.reset(plan);
    }

    @Override
    public boolean deleteGroup(String groupId) {
        return groups.delete(groupId);
    }
}
