package io.millrace.kafka.local;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/** {@code cluster.properties}: what was started in a directory, so that another process can look at it and end it. */
record ClusterFile(Path directory) {
    /** What the file holds. */
    record Known(String clusterId, List<LocalBroker> brokers) {}

    static String newClusterId() {
        return Uuid.randomUuid().toString();
    }

    private Path path() {
        return directory.resolve("cluster.properties");
    }

    void write(String clusterId, List<LocalBroker> brokers) {
        Properties properties = new Properties();
        properties.setProperty("cluster.id", clusterId);
        properties.setProperty("brokers", String.valueOf(brokers.size()));
        for (LocalBroker broker : brokers) {
            String prefix = "broker." + broker.number() + ".";
            properties.setProperty(prefix + "port", String.valueOf(broker.port()));
            properties.setProperty(prefix + "controller.port", String.valueOf(broker.controllerPort()));
            properties.setProperty(prefix + "pid", String.valueOf(broker.pid()));
            properties.setProperty(
                    prefix + "started",
                    broker.startedAt().map(Instant::toString).orElse(""));
            properties.setProperty(prefix + "log", broker.logFile().toString());
        }
        try (Writer out = Files.newBufferedWriter(path())) {
            properties.store(out, "A Kafka cluster on this machine; written by millrace kafka start");
        } catch (IOException e) {
            throw new UncheckedIOException(path() + " could not be written", e);
        }
    }

    Optional<Known> read() {
        if (!Files.exists(path())) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(path())) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(path() + " could not be read", e);
        }
        List<LocalBroker> brokers = new ArrayList<>();
        for (int number = 1; number <= Integer.parseInt(properties.getProperty("brokers", "0")); number++) {
            String prefix = "broker." + number + ".";
            String started = properties.getProperty(prefix + "started", "");
            brokers.add(new LocalBroker(
                    number,
                    Integer.parseInt(properties.getProperty(prefix + "port")),
                    Integer.parseInt(properties.getProperty(prefix + "controller.port")),
                    Long.parseLong(properties.getProperty(prefix + "pid")),
                    started.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(started)),
                    Path.of(properties.getProperty(prefix + "log"))));
        }
        return Optional.of(new Known(properties.getProperty("cluster.id", ""), brokers));
    }
}
