package io.millrace.kafka.local;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The properties of one broker of a local cluster. Pure. */
final class BrokerProperties {
    /** What a broker without pressing business may take of a machine that others use too. */
    private static final String CLEANER_BYTES = "16777216";

    private BrokerProperties() {}

    /**
     * @param number of the broker, from 1
     * @param ports of the brokers for clients
     * @param controllerPorts of the brokers among themselves
     */
    static SortedMap<String, String> of(
            LocalClusterConfig config, int number, List<Integer> ports, List<Integer> controllerPorts, Path data) {
        SortedMap<String, String> properties = new TreeMap<>();
        StringBuilder voters = new StringBuilder();
        for (int i = 0; i < controllerPorts.size(); i++) {
            voters.append(i == 0 ? "" : ",").append(i + 1).append('@').append(host(controllerPorts.get(i)));
        }
        String copies = String.valueOf(Math.min(3, config.brokers()));
        String enough = String.valueOf(Math.min(2, config.brokers()));
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", String.valueOf(number));
        properties.put("controller.quorum.voters", voters.toString());
        properties.put(
                "listeners",
                "PLAINTEXT://" + host(ports.get(number - 1)) + ",CONTROLLER://"
                        + host(controllerPorts.get(number - 1)));
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", data.toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("default.replication.factor", copies);
        properties.put("min.insync.replicas", enough);
        for (String internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.put(internal + ".replication.factor", copies);
            // Fifty of each is for clusters that are not on one machine.
            properties.put(internal + ".num.partitions", "3");
        }
        properties.put("transaction.state.log.min.isr", enough);
        properties.put("share.coordinator.state.topic.min.isr", enough);
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("log.cleaner.dedupe.buffer.size", CLEANER_BYTES);
        properties.putAll(config.overrides());
        return properties;
    }

    static String host(int port) {
        return "127.0.0.1:" + port;
    }
}
