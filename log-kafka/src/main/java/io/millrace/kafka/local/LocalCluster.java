package io.millrace.kafka.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A Kafka cluster on this machine. Owned by one thread at a time. */
public final class LocalCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ClusterFile file;
    private final String clusterId;
    private final List<LocalBroker> brokers;

    private LocalCluster(ClusterFile file, String clusterId, List<LocalBroker> brokers) {
        this.file = file;
        this.clusterId = clusterId;
        this.brokers = List.copyOf(brokers);
    }

    /**
     * Starts the brokers, and returns when all of them answer.
     *
     * @throws IllegalStateException if one runs in the directory already, or does not come up: then none is left running
     */
    public static LocalCluster start(LocalClusterConfig config) {
        ClusterFile file = new ClusterFile(config.directory());
        Optional<LocalCluster> before = find(config.directory());
        if (before.filter(LocalCluster::isAlive).isPresent()) {
            throw new IllegalStateException("A cluster runs in " + config.directory() + " already, at "
                    + before.get().bootstrapServers() + ": stop it first");
        }
        checkSame(config, before);
        String clusterId = before.map(known -> known.clusterId).orElseGet(ClusterFile::newClusterId);
        Ports ports = before.map(Ports::of).orElseGet(() -> Ports.choose(config));
        List<LocalBroker> started = new ArrayList<>();
        boolean complete = false;
        try {
            for (int number = 1; number <= config.brokers(); number++) {
                started.add(new BrokerStart(config, clusterId, ports.clients(), ports.controllers()).start(number));
            }
            LocalCluster cluster = new LocalCluster(file, clusterId, started);
            file.write(clusterId, started);
            BrokerStart.awaitAnswers(cluster.bootstrapServers(), started, PATIENCE);
            complete = true;
            return cluster;
        } finally {
            if (!complete) {
                started.forEach(LocalBroker::kill);
            }
        }
    }

    private static void checkSame(LocalClusterConfig config, Optional<LocalCluster> before) {
        int present = before.map(known -> known.brokers.size()).orElse(config.brokers());
        if (present != config.brokers()) {
            throw new IllegalStateException("The cluster in " + config.directory() + " has " + present
                    + " brokers, not " + config.brokers() + ": start as many, or take another directory");
        }
    }

    /** The cluster that was started in a directory, whether it runs or not. */
    public static Optional<LocalCluster> find(Path directory) {
        ClusterFile file = new ClusterFile(directory);
        return file.read().map(known -> new LocalCluster(file, known.clusterId(), known.brokers()));
    }

    /** What clients connect to. */
    public String bootstrapServers() {
        return brokers.stream()
                .map(broker -> BrokerProperties.host(broker.port()))
                .collect(Collectors.joining(","));
    }

    public List<LocalBroker> brokers() {
        return brokers;
    }

    /** Whether any of the brokers runs. */
    public boolean isAlive() {
        return brokers.stream().anyMatch(LocalBroker::isAlive);
    }

    /** Starts a broker again that has ended, with its data, its ports and these settings; returns when it runs, which is before it has caught up. */
    public LocalCluster restart(LocalClusterConfig config, int number) {
        Ports ports = Ports.of(this);
        List<LocalBroker> now = new ArrayList<>(brokers);
        now.set(number - 1, new BrokerStart(config, clusterId, ports.clients(), ports.controllers()).start(number));
        file.write(clusterId, now);
        return new LocalCluster(file, clusterId, now);
    }

    /** Ends the brokers, one after the other; their data stays. */
    public void stop() {
        // Asked for together, since the last ones of several wait for the others to answer.
        brokers.forEach(broker -> ProcessHandle.of(broker.pid())
                .filter(process -> broker.isAlive())
                .ifPresent(ProcessHandle::destroy));
        brokers.forEach(LocalBroker::stop);
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    /** Ports of the brokers, in order. */
    private record Ports(List<Integer> clients, List<Integer> controllers) {
        static Ports of(LocalCluster cluster) {
            return new Ports(
                    cluster.brokers.stream().map(LocalBroker::port).toList(),
                    cluster.brokers.stream().map(LocalBroker::controllerPort).toList());
        }

        static Ports choose(LocalClusterConfig config) {
            // All are held until all are known, so that none comes twice.
            List<ServerSocket> held = new ArrayList<>();
            try {
                for (int i = 0; i < 2 * config.brokers(); i++) {
                    boolean isNamed = i < config.brokers() && config.firstPort() > 0;
                    held.add(new ServerSocket(
                            isNamed ? config.firstPort() + i : 0, 1, InetAddress.getByName("127.0.0.1")));
                }
                List<Integer> ports =
                        held.stream().map(ServerSocket::getLocalPort).toList();
                return new Ports(ports.subList(0, config.brokers()), ports.subList(config.brokers(), ports.size()));
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "There is no free port for a broker"
                                + (config.firstPort() > 0 ? " at " + config.firstPort() : ""),
                        e);
            } finally {
                held.forEach(Ports::close);
            }
        }

        private static void close(ServerSocket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
