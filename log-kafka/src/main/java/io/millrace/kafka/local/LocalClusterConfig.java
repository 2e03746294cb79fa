package io.millrace.kafka.local;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a cluster on this machine is to be.
 *
 * @param directory holds the brokers' data, logs and settings; created if it does not exist, and used again if it does
 * @param classPath of Kafka's server: what {@code kafka-broker/target/classpath} holds
 * @param brokers how many, each of them controller too
 * @param firstPort of the first broker, the others have those behind it; 0: free ones
 * @param heapMegabytes of each broker at the most
 * @param attached whether the brokers end with this process; otherwise they outlive it, until {@link LocalCluster#stop}
 * @param overrides properties of the brokers, by Kafka's names
 */
public record LocalClusterConfig(
        Path directory,
        String classPath,
        int brokers,
        int firstPort,
        int heapMegabytes,
        boolean attached,
        Map<String, String> overrides) {
    public LocalClusterConfig {
        if (brokers < 1 || brokers > 9) {
            throw new IllegalArgumentException("brokers is 1 to 9, got " + brokers);
        }
        if (firstPort < 0 || firstPort > 65_535 - brokers) {
            throw new IllegalArgumentException("firstPort is 0 to " + (65_535 - brokers) + ", got " + firstPort);
        }
        overrides = Map.copyOf(overrides);
    }

    /** One broker with 512 MB on a free port, which ends with this process. */
    public static LocalClusterConfig attached(Path directory, String classPath) {
        return new LocalClusterConfig(directory, classPath, 1, 0, 512, true, Map.of());
    }

    /** One broker with 512 MB on this port, which outlives this process. */
    public static LocalClusterConfig detached(Path directory, String classPath, int firstPort) {
        return new LocalClusterConfig(directory, classPath, 1, firstPort, 512, false, Map.of());
    }

    public LocalClusterConfig withBrokers(int value) {
        return new LocalClusterConfig(directory, classPath, value, firstPort, heapMegabytes, attached, overrides);
    }

    public LocalClusterConfig withHeapMegabytes(int value) {
        return new LocalClusterConfig(directory, classPath, brokers, firstPort, value, attached, overrides);
    }

    public LocalClusterConfig withOverrides(Map<String, String> value) {
        return new LocalClusterConfig(directory, classPath, brokers, firstPort, heapMegabytes, attached, value);
    }
}
