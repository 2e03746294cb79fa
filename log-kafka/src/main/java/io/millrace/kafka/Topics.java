package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics of the cluster: as it describes them, and as producers remember them. Safe for use by several threads.
 *
 * <p>A producer asks with every record, and cannot ask the cluster each time. What is remembered is dropped when this log changes the topic, and is
 * read again after {@link #MEMORY}; what somebody else changed before that, the broker refuses and the future or the next call tells.
 */
final class Topics {
    static final Duration MEMORY = Duration.ofMinutes(1);

    private record Known(TopicDescription topic, long readNanos) {}

    private final ClusterCalls calls;
    private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();
    private final AtomicInteger changes = new AtomicInteger();

    Topics(ClusterCalls calls) {
        this.calls = calls;
    }

    /** As the cluster says now. */
    Optional<TopicDescription> read(String name) {
        TopicDescription found = read(List.of(name)).get(name);
        if (found == null) {
            forget(name);
        } else {
            known.put(name, new Known(found, calls.ticker().nanos()));
        }
        return Optional.ofNullable(found);
    }

    List<TopicDescription> all() {
        String what = "The topics could not be listed";
        Collection<String> names = calls.await(
                what,
                calls.admin()
                        .listTopics(new ListTopicsOptions().listInternal(true))
                        .names());
        return List.copyOf(read(names).values());
    }

    private SortedMap<String, TopicDescription> read(Collection<String> names) {
        SortedMap<String, org.apache.kafka.clients.admin.TopicDescription> found = new TreeMap<>();
        calls.admin().describeTopics(names).topicNameValues().forEach((name, answer) -> {
            org.apache.kafka.clients.admin.TopicDescription topic = presentOrNull(name, answer);
            if (topic != null) {
                found.put(name, topic);
            }
        });
        List<ConfigResource> resources = new ArrayList<>();
        found.keySet().forEach(name -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, name)));
        SortedMap<String, TopicDescription> topics = new TreeMap<>();
        calls.admin().describeConfigs(resources).values().forEach((resource, answer) -> {
            org.apache.kafka.clients.admin.Config config = presentOrNull(resource.name(), answer);
            org.apache.kafka.clients.admin.TopicDescription topic = found.get(resource.name());
            if (config != null && topic != null) {
                topics.put(resource.name(), describe(topic, config));
            }
        });
        return topics;
    }

    /** Null if there is no such topic, or not any more. */
    private <T> @org.jspecify.annotations.Nullable T presentOrNull(String name, KafkaFuture<T> answer) {
        try {
            return calls.await("Topic " + name + " could not be described", answer);
        } catch (LogException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof InvalidTopicException) {
                return null;
            }
            throw e;
        }
    }

    private static TopicDescription describe(
            org.apache.kafka.clients.admin.TopicDescription topic, org.apache.kafka.clients.admin.Config config) {
        Map<String, String> values = new HashMap<>();
        config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
        return new TopicDescription(
                topic.name(),
                topic.topicId().toString(),
                topic.partitions().size(),
                TopicConfigs.settings(name -> values.getOrDefault(name, "")),
                topic.isInternal() || Names.isInternal(topic.name()));
    }

    /** True if every partition of the topic can be written and read. */
    boolean isReady(String name, int partitions) {
        KafkaFuture<org.apache.kafka.clients.admin.TopicDescription> answer =
                calls.admin().describeTopics(List.of(name)).allTopicNames().thenApply(found -> found.get(name));
        org.apache.kafka.clients.admin.TopicDescription topic = presentOrNull(name, answer);
        return topic != null
                && topic.partitions().size() == partitions
                && topic.partitions().stream().allMatch(partition -> partition.leader() != null);
    }

    /** Changes whenever this log may have changed a topic. */
    int changes() {
        return changes.get();
    }

    void forget(String name) {
        known.remove(name);
        changes.incrementAndGet();
    }

    /** As it was read not long ago. @throws LogException with STOP if there is no such topic */
    TopicDescription require(String name) {
        Known remembered = known.get(name);
        if (remembered != null && !isOld(remembered.readNanos())) {
            return remembered.topic();
        }
        return read(name)
                .orElseThrow(
                        () -> new LogException(Disposition.STOP, "There is no topic '" + name + "': create it first"));
    }

    boolean isOld(long readNanos) {
        return calls.ticker().nanos() - readNanos > Ticker.nanosOf(MEMORY);
    }

    /** @throws LogException with STOP if there is no such partition */
    TopicDescription require(TopicPartition partition) {
        TopicDescription topic = require(partition.topic());
        if (partition.partition() >= topic.partitions()) {
            // It may have got more since.
            forget(partition.topic());
            topic = require(partition.topic());
        }
        if (partition.partition() >= topic.partitions()) {
            throw new LogException(
                    Disposition.STOP,
                    "Topic " + topic.name() + " has partitions 0 to " + (topic.partitions() - 1) + ", there is no "
                            + partition.partition());
        }
        return topic;
    }

    /** @param refusal what is not done with it if it is internal */
    TopicDescription requireUsers(String name, String refusal) {
        TopicDescription topic = require(name);
        if (topic.internal()) {
            throw new LogException(
                    Disposition.STOP,
                    "Topic " + name + ' ' + refusal
                            + ": it is internal, and the cluster keeps in it what groups and transactions rely on");
        }
        return topic;
    }
}
