package io.millrace.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How a cluster is reached.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas: any of the cluster's brokers, from which the others are learned
 * @param properties settings for Kafka's clients, by the names that Kafka gives them: TLS, SASL, buffers, timeouts. They go to every client that knows
 *     them; one that decides the meaning of the API (see {@link #withProperties}) is refused. May hold secrets: no value is ever shown
 * @param requireStrictTransactions whether a cluster is refused whose transaction protocol is older than version 2 (KIP-890). With such a one, a
 *     producer that was fenced or timed out can still add its late batch to the next transaction of its id
 * @param replicas how many brokers keep each partition of a topic that this log creates; empty: as the cluster says
 * @param requestTimeout how long an answer of the cluster is waited for, retries included, before a call fails with RETRY
 */
public record KafkaLogConfig(
        String bootstrapServers,
        Map<String, String> properties,
        boolean requireStrictTransactions,
        Optional<Integer> replicas,
        Duration requestTimeout) {
    public KafkaLogConfig {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("A cluster is reached by host:port of one of its brokers, got nothing");
        }
        properties = Map.copyOf(properties);
        ClientSettings.checkAllowed(properties.keySet());
        replicas.ifPresent(count -> {
            if (count < 1 || count > Short.MAX_VALUE) {
                throw new IllegalArgumentException("replicas is 1 to " + Short.MAX_VALUE + ", got " + count);
            }
        });
        if (requestTimeout.toMillis() < 1 || requestTimeout.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "requestTimeout is 1 ms to " + Integer.MAX_VALUE + " ms, got " + requestTimeout);
        }
    }

    /** Strict transactions, replicas as the cluster says, answers within a minute. */
    public static KafkaLogConfig of(String bootstrapServers) {
        return new KafkaLogConfig(bootstrapServers, Map.of(), true, Optional.empty(), Duration.ofMinutes(1));
    }

    /**
     * With settings for Kafka's clients, as in the file that Kafka's own tools take with {@code --command-config}.
     *
     * @throws IllegalArgumentException if one of them is this log's to decide: what makes it exactly once, what a consumer or a producer is
     *     configured with, and how bytes are read
     */
    public KafkaLogConfig withProperties(Map<String, String> value) {
        return new KafkaLogConfig(bootstrapServers, value, requireStrictTransactions, replicas, requestTimeout);
    }

    /** The same for loaded {@link Properties}. */
    public KafkaLogConfig withProperties(Properties value) {
        Map<String, String> byName = new TreeMap<>();
        value.stringPropertyNames().forEach(name -> byName.put(name, value.getProperty(name)));
        return withProperties(byName);
    }

    public KafkaLogConfig withRequireStrictTransactions(boolean value) {
        return new KafkaLogConfig(bootstrapServers, properties, value, replicas, requestTimeout);
    }

    public KafkaLogConfig withReplicas(int value) {
        return new KafkaLogConfig(
                bootstrapServers, properties, requireStrictTransactions, Optional.of(value), requestTimeout);
    }

    public KafkaLogConfig withRequestTimeout(Duration value) {
        return new KafkaLogConfig(bootstrapServers, properties, requireStrictTransactions, replicas, value);
    }

    /** Names of the properties, without their values (K2). */
    @Override
    public String toString() {
        return "KafkaLogConfig[bootstrapServers=" + bootstrapServers + ", properties="
                + new TreeMap<>(properties).keySet() + ", requireStrictTransactions=" + requireStrictTransactions
                + ", replicas=" + replicas + ", requestTimeout=" + requestTimeout + "]";
    }
}
