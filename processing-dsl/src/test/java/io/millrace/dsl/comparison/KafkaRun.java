package io.millrace.dsl.comparison;

import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.test.TestRecord;

/** A program on Kafka Streams. */
final class KafkaRun {
    private final StreamsBuilder builder = new StreamsBuilder();
    private final List<Topic<?, ?>> outputs;

    KafkaRun(Consumer<StreamsBuilder> program, List<Topic<?, ?>> outputs) {
        program.accept(builder);
        this.outputs = outputs;
    }

    Map<String, List<Written>> feed(List<Fed> input) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "comparison");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        settings.put(
                StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
                BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        // Else a table would tell only the newest of several changes.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        // Else final results would come a second apart, by the clock.
        settings.put(StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_WINDOWED_AGGREGATION, 0L);
        // Else records that met none would be told of once a second, by the clock.
        settings.put(StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_OUTER_JOIN_SPURIOUS_RESULTS_FIX, 0L);
        // Of versioned stores there are none in memory.
        Path directory = newDirectory();
        settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        try (TopologyTestDriver driver = new TopologyTestDriver(builder.build(), settings, Instant.EPOCH)) {
            Map<String, TestInputTopic<byte[], byte[]>> topics = new HashMap<>();
            for (Fed fed : input) {
                topics.computeIfAbsent(
                                fed.topic().name(),
                                name -> driver.createInputTopic(
                                        name, new ByteArraySerializer(), new ByteArraySerializer()))
                        .pipeInput(new TestRecord<>(fed.keyBytes(), fed.valueBytes(), headers(fed), fed.timestamp()));
            }
            List<Written> written = new ArrayList<>();
            outputs.forEach(topic -> written.addAll(read(driver, topic)));
            return KafkaComparison.byKey(written);
        } finally {
            delete(directory);
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("kafka-streams");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Written> read(TopologyTestDriver driver, Topic<?, ?> topic) {
        List<Written> written = new ArrayList<>();
        for (TestRecord<byte[], byte[]> seen : driver.createOutputTopic(
                        topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()) {
            written.add(new Written(
                    topic.name(),
                    Bytewise.read(topic.keySerde(), seen.key()),
                    Bytewise.read(topic.valueSerde(), seen.value()),
                    seen.timestamp(),
                    texts(seen.headers())));
        }
        return written;
    }

    private static RecordHeaders headers(Fed fed) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : fed.headers()) {
            headers.add(
                    header.name(),
                    Objects.requireNonNull(header.value()).toUtf8().getBytes(StandardCharsets.UTF_8));
        }
        return headers;
    }

    private static List<String> texts(Headers headers) {
        List<String> texts = new ArrayList<>();
        headers.forEach(header -> texts.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8)));
        return texts;
    }
}
