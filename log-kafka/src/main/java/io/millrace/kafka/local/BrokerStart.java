package io.millrace.kafka.local;

import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import io.millrace.platform.system.SystemWorld;
import io.millrace.platform.system.ThreadScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.errors.TimeoutException;

/** Starts the processes of one cluster, and waits until they answer. */
record BrokerStart(LocalClusterConfig config, String clusterId, List<Integer> ports, List<Integer> controllerPorts) {
    /** How long one question is left to the client, which asks again by itself until then. */
    private static final Duration QUESTION = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int SHOWN_LINES = 15;

    LocalBroker start(int number) {
        Path home = config.directory().resolve("broker-" + number).toAbsolutePath();
        Path data = home.resolve("data");
        Path logFile = home.resolve("broker.log");
        try {
            Files.createDirectories(home);
            Path properties = home.resolve("server.properties");
            Properties settings = new Properties();
            settings.putAll(BrokerProperties.of(config, number, ports, controllerPorts, data));
            try (Writer out = Files.newBufferedWriter(properties)) {
                settings.store(out, "Written at every start");
            }
            ProcessBuilder builder = new ProcessBuilder(command(properties, data, home))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
            if (!config.attached()) {
                builder.redirectInput(ProcessBuilder.Redirect.from(nothing(home).toFile()));
            }
            ProcessHandle process = builder.start().toHandle();
            return new LocalBroker(
                    number,
                    ports.get(number - 1),
                    controllerPorts.get(number - 1),
                    process.pid(),
                    process.info().startInstant(),
                    logFile);
        } catch (IOException e) {
            throw new UncheckedIOException("Broker " + number + " could not be started in " + home, e);
        }
    }

    /** A file to read nothing from, on every system. */
    private static Path nothing(Path home) throws IOException {
        Path empty = home.resolve("stdin");
        Files.write(empty, new byte[0]);
        return empty;
    }

    private List<String> command(Path properties, Path data, Path home) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + config.heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dkafka.logs.dir=" + home,
                "-cp",
                config.classPath() + System.getProperty("path.separator") + ownClasses(),
                BrokerMain.class.getName(),
                properties.toString(),
                data.toString(),
                clusterId,
                config.attached() ? "attached" : "detached");
    }

    /** Where {@link BrokerMain} is, which the broker's process needs besides Kafka. */
    private static Path ownClasses() {
        try {
            return Path.of(BrokerMain.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The classes of Millrace are at no place of the file system", e);
        }
    }

    /** @throws IllegalStateException with what a broker said last if they do not come up */
    static void awaitAnswers(String bootstrapServers, List<LocalBroker> brokers, Duration patience) {
        Ticker ticker = SystemWorld.ticker();
        Waiter waiter = new ThreadScheduler(ticker).newWaiter();
        long begin = ticker.nanos();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", bootstrapServers, "reconnect.backoff.ms", "50", "reconnect.backoff.max.ms", "200");
        try (Admin admin = Admin.create(settings)) {
            while (answering(admin) < brokers.size()) {
                for (LocalBroker broker : brokers) {
                    if (!broker.isAlive()) {
                        throw new IllegalStateException(
                                "Broker " + broker.number() + " ended: " + lastLines(broker.logFile()));
                    }
                }
                if (ticker.nanos() - begin > patience.toNanos()) {
                    throw new IllegalStateException("The brokers do not answer within " + patience + ": "
                            + lastLines(brokers.get(0).logFile()));
                }
                waiter.await(PAUSE.toNanos());
            }
        }
    }

    private static int answering(Admin admin) {
        try {
            return admin.describeCluster(new DescribeClusterOptions().timeoutMs((int) QUESTION.toMillis()))
                    .nodes()
                    .get()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return 0;
            }
            throw new IllegalStateException("The brokers could not be asked", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while brokers were waited for", e);
        }
    }

    private static String lastLines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<String> last = lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size());
            return String.join(System.lineSeparator(), last) + System.lineSeparator() + "All of it is in " + file;
        } catch (IOException e) {
            return "its log " + file + " cannot be read: " + e.getMessage();
        }
    }
}
