package io.millrace.kafka;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Isolation;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerConfig.Acks;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * What Kafka's clients are configured with. Pure.
 *
 * <p>A member with an instance id speaks the classic protocol of groups, any other the one of KIP-848: there, a second holder of an instance id is
 * turned away until the session of the first has ended (UNRELEASED_INSTANCE_ID), so that a killed process would find its place taken by itself
 * for the session timeout; the classic protocol lets the later one replace the earlier, which is what a static member is for.
 */
record ClientSettings(KafkaLogConfig config) {
    /** Kafka's default of 5 min would keep a new topic from a subscription by pattern that long. */
    private static final String METADATA_MAX_AGE_MS = "10000";
    /** A send finds its topic's metadata within this, also where {@link ProducerConfig#maxBlock} is shorter. */
    private static final Duration LEAST_MAX_BLOCK = Duration.ofSeconds(5);

    private static final int BATCH_BYTES = 128 << 10;
    /** What a producer needs to take the largest record that most topics accept, whatever memory it may hold besides. */
    private static final int LEAST_BUFFER_BYTES = 2 << 20;
    /** A record waits for its batch to fill, for a flush or for the commit, whichever is first; this is for nobody who does none of them. */
    private static final String TRANSACTION_LINGER_MS = "1000";

    private static final Set<String> OURS = Set.of(
            "acks",
            "auto.commit.interval.ms",
            "auto.offset.reset",
            "bootstrap.servers",
            "enable.auto.commit",
            "enable.idempotence",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "group.remote.assignor",
            "isolation.level",
            "key.deserializer",
            "key.serializer",
            "max.in.flight.requests.per.connection",
            "max.poll.interval.ms",
            "max.poll.records",
            "partition.assignment.strategy",
            "partitioner.class",
            "transaction.timeout.ms",
            "transaction.two.phase.commit.enable",
            "transactional.id",
            "value.deserializer",
            "value.serializer");

    static void checkAllowed(Collection<String> names) {
        Set<String> refused = new TreeSet<>(names);
        refused.retainAll(OURS);
        if (!refused.isEmpty()) {
            throw new IllegalArgumentException("Leave out of the properties for Kafka's clients: "
                    + String.join(", ", refused)
                    + ". What they say comes from KafkaLogConfig, ConsumerConfig, ProducerConfig or TransactionalProducerConfig, or"
                    + " has to be as it is for exactly-once");
        }
    }

    Map<String, Object> admin() {
        Map<String, Object> settings = common();
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(config.requestTimeout()));
        settings.keySet().retainAll(AdminClientConfig.configNames());
        return settings;
    }

    Map<String, Object> producer(ProducerConfig producer) {
        Map<String, Object> settings = produce();
        boolean acknowledges = producer.acks().orElse(Acks.FORCED) != Acks.NONE;
        settings.put("acks", acknowledges ? "all" : "0");
        settings.put("enable.idempotence", acknowledges);
        settings.put("linger.ms", millis(producer.linger()));
        settings.put("buffer.memory", (long) Math.max(producer.bufferBytes(), LEAST_BUFFER_BYTES));
        settings.put("batch.size", Math.min(BATCH_BYTES, Math.max(producer.bufferBytes(), 1 << 10)));
        settings.put("max.block.ms", (long) millis(longer(producer.maxBlock(), LEAST_MAX_BLOCK)));
        deliver(settings, producer.deliveryTimeout(), producer.linger());
        return settings;
    }

    /** The client wants room for one request at least. */
    private static void deliver(Map<String, Object> settings, Duration delivery, Duration linger) {
        int wanted = millis(longer(delivery, LEAST_MAX_BLOCK));
        int request = Math.min(number(settings, "request.timeout.ms", 30_000), wanted);
        settings.put("request.timeout.ms", request);
        settings.put("delivery.timeout.ms", (int)
                Math.min(Integer.MAX_VALUE, Math.max(wanted, (long) request + millis(linger))));
    }

    private static int number(Map<String, Object> settings, String name, int otherwise) {
        Object value = settings.get(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value.toString().trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Property " + name + " for Kafka's clients is a number of milliseconds", e);
        }
    }

    Map<String, Object> transactional(TransactionalProducerConfig producer) {
        Map<String, Object> settings = produce();
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("transactional.id", producer.transactionalId());
        settings.put("transaction.timeout.ms", millis(producer.transactionTimeout()));
        settings.put("batch.size", producer.batchBytes());
        settings.putIfAbsent("linger.ms", TRANSACTION_LINGER_MS);
        settings.put("max.block.ms", (long) millis(config.requestTimeout()));
        return settings;
    }

    private Map<String, Object> produce() {
        Map<String, Object> settings = common();
        // The topic's own limit decides; see TopicConfigs.
        settings.putIfAbsent("max.request.size", Integer.MAX_VALUE);
        settings.keySet().retainAll(org.apache.kafka.clients.producer.ProducerConfig.configNames());
        return settings;
    }

    Map<String, Object> consumer(ConsumerConfig consumer) {
        Map<String, Object> settings = common();
        // A name that is none is refused when the group is joined.
        consumer.groupId().filter(id -> !id.isBlank()).ifPresent(id -> settings.put("group.id", id));
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "none");
        settings.put("allow.auto.create.topics", false);
        settings.put("isolation.level", isolation(consumer.isolation()));
        settings.put("max.poll.records", consumer.limits().pollRecords());
        settings.put("max.poll.interval.ms", millis(consumer.maxPollInterval()));
        settings.put("max.partition.fetch.bytes", consumer.limits().partitionBytes());
        settings.put("fetch.max.bytes", consumer.limits().totalBytes());
        settings.put("default.api.timeout.ms", millis(config.requestTimeout()));
        if (consumer.instanceId().isPresent()) {
            settings.put("group.protocol", "classic");
            settings.put("group.instance.id", consumer.instanceId().get());
            settings.put("session.timeout.ms", millis(consumer.sessionTimeout()));
            int beat = number(settings, "heartbeat.interval.ms", 3_000);
            settings.put("heartbeat.interval.ms", Math.max(1, Math.min(beat, millis(consumer.sessionTimeout()) / 3)));
            settings.put("partition.assignment.strategy", CooperativeAssignor.class.getName());
        } else {
            settings.put("group.protocol", "consumer");
            // The cluster decides both; the client refuses to be told.
            settings.remove("session.timeout.ms");
            settings.remove("heartbeat.interval.ms");
        }
        settings.keySet().retainAll(org.apache.kafka.clients.consumer.ConsumerConfig.configNames());
        return settings;
    }

    private static String isolation(Isolation isolation) {
        return isolation.name().toLowerCase(Locale.ROOT);
    }

    private Map<String, Object> common() {
        Map<String, Object> settings = new HashMap<>(config.properties());
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.putIfAbsent(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
        // One JMX bean per client of the same name would collide; the client's own metrics go on.
        settings.putIfAbsent(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        settings.putIfAbsent("enable.metrics.push", false);
        // One request of a call may take as long as the call, and no longer.
        settings.put(
                "request.timeout.ms",
                Math.min(number(settings, "request.timeout.ms", 30_000), millis(config.requestTimeout())));
        return settings;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** Kafka counts in 32 bits of milliseconds; who says more means for ever. */
    static int millis(Duration duration) {
        return duration.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) < 0
                ? (int) duration.toMillis()
                : Integer.MAX_VALUE;
    }
}
