package io.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime of pipelines on a real broker: the same program, state and restarts. */
class ApplicationOnKafkaTest {
    private static final Topic<String, Long> PAYMENTS =
            Topic.of("payments", Serdes.string(), Serdes.int64()).withPartitions(4);
    private static final Topic<String, Long> TOTALS =
            Topic.of("totals", Serdes.string(), Serdes.int64()).withPartitions(4);

    @TempDir
    private Path directory;

    @BeforeEach
    void empty() {
        TestBroker.empty();
    }

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("totals");
        builder.stream(PAYMENTS)
                .groupBy("by-initial", (account, amount) -> account.substring(0, 1), Serdes.string())
                .aggregate("total", () -> 0L, (initial, amount, total) -> total + amount, Serdes.int64())
                .toStream()
                .to(TOTALS);
        return builder.build();
    }

    private AppSettings settings(String instance) {
        World world = SystemWorld.open(directory.resolve(instance).resolve("world"));
        return AppSettings.of(
                        world,
                        (logId, memory) -> RocksBackend.open(
                                directory.resolve(instance).resolve("state"), logId, RocksConfig.within(memory)))
                .withLoops(2);
    }

    @Test
    void totalsAreExactOverRestartsAndLostStateComesBackFromTheChangelog() {
        Map<String, Long> expected = new TreeMap<>();
        for (int round = 0; round < 3; round++) {
            // The last one begins without state.
            String instance = round < 2 ? "one" : "two";
            try (KafkaLog log = TestBroker.connect();
                    Application app = pipeline().start(log, settings(instance))) {
                pay(log, round, expected);
                assertThat(app.awaitDrained(Duration.ofMinutes(2))).isTrue();
                Map<String, Long> state = new TreeMap<>();
                app.queries().keyValue("total", Serdes.string(), Serdes.int64()).forEach(state::put);
                assertThat(state).isEqualTo(expected);
                assertThat(newest(log)).isEqualTo(expected);
            }
        }
    }

    private static void pay(KafkaLog log, int round, Map<String, Long> expected) {
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < 500; i++) {
                String account = (char) ('a' + i % 7) + "-" + i;
                long amount = round * 1000L + i;
                producer.send(ProducerRecord.of(
                        PAYMENTS.name(), bytes(Serdes.string(), account), bytes(Serdes.int64(), amount)));
                expected.merge(account.substring(0, 1), amount, Long::sum);
            }
        }
    }

    private static <T> BytesView bytes(io.millrace.serde.Serde<T> serde, T value) {
        io.millrace.serde.BytesWriter out = new io.millrace.serde.BytesWriter();
        serde.write(value, out);
        return out.viewInto(new BytesView()).copy();
    }

    private static Map<String, Long> newest(KafkaLog log) {
        Map<String, Long> newest = new HashMap<>();
        for (int number = 0; number < 4; number++) {
            TopicPartition partition = new TopicPartition(TOTALS.name(), number);
            TestBroker.awaitMarkers(log);
            long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
            try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
                consumer.assign(Set.of(partition));
                while (consumer.position(partition) < end) {
                    for (RecordCursor cursor : consumer.poll(Duration.ofSeconds(1))) {
                        while (cursor.next()) {
                            newest.put(
                                    Serdes.string().read(cursor.record().key()),
                                    Serdes.int64().read(cursor.record().value()));
                        }
                    }
                }
            }
        }
        return newest;
    }
}
