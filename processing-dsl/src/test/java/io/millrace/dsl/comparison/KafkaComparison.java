package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The same program written in Millrace and in Kafka Streams, fed with the same records, one at a time; what both write must be the same: keys,
 * values, timestamps, and the order of the records of each key. Millrace runs as the real engine in a simulated world, with several partitions
 * and its own repartition topics, and if asked to its process dies now and then; Kafka Streams runs in its {@code TopologyTestDriver}.
 *
 * <pre>{@code
 * private static final Topic<String, Long> IN = KafkaComparison.topic("in", Serdes.string(), Serdes.int64());
 * private static final Topic<String, Long> OUT = KafkaComparison.topic("out", Serdes.string(), Serdes.int64());
 *
 * private static final KafkaComparison COUNT = KafkaComparison.of(
 *         millrace -> millrace.stream(IN).groupByKey().count("counts").toStream().to(OUT),
 *         kafka -> KafkaComparison.to(OUT, KafkaComparison.stream(kafka, IN)
 *                 .groupByKey(KafkaComparison.grouped(IN))
 *                 .count(KafkaComparison.store("counts", OUT))
 *                 .toStream()))
 *         .writing(OUT);
 *
 * @Provide
 * Arbitrary<List<Fed>> input() {
 *     return Inputs.lists(Inputs.records(IN, Arbitraries.longs().between(0, 9)));
 * }
 *
 * @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
 * void countsAreKafkas(@ForAll("input") List<Fed> input, @ForAll long seed) {
 *     COUNT.check(input);
 *     COUNT.checkWithCrashes(input, seed);
 * }
 * }</pre>
 *
 * <p>A difference that is wanted stands in {@code docs/kafka-streams-differences.md}; its test takes the two outputs from {@link #millrace} and
 * {@link #kafka} and says what each has.
 */
public final class KafkaComparison {
    private final Consumer<Pipeline.Builder> millraceProgram;
    private final Consumer<StreamsBuilder> kafkaProgram;
    private final List<Topic<?, ?>> outputs;

    private final Set<String> terse;
    private final boolean isOnce;
    private final boolean haveHeaders;

    private KafkaComparison(
            Consumer<Pipeline.Builder> millraceProgram,
            Consumer<StreamsBuilder> kafkaProgram,
            List<Topic<?, ?>> outputs,
            Set<String> terse,
            boolean isOnce,
            boolean haveHeaders) {
        this.millraceProgram = millraceProgram;
        this.kafkaProgram = kafkaProgram;
        this.outputs = outputs;
        this.terse = terse;
        this.isOnce = isOnce;
        this.haveHeaders = haveHeaders;
    }

    public static KafkaComparison of(Consumer<Pipeline.Builder> millrace, Consumer<StreamsBuilder> kafka) {
        return new KafkaComparison(millrace, kafka, List.of(), Set.of(), false, true);
    }

    /** Compares what is written to these topics. */
    public KafkaComparison writing(Topic<?, ?>... topics) {
        return new KafkaComparison(millraceProgram, kafkaProgram, List.of(topics), terse, isOnce, haveHeaders);
    }

    /** To this topic Kafka Streams also writes tombstones for keys that have no row, and Millrace does not. */
    public KafkaComparison withoutTombstonesOfNothing(Topic<?, ?> topic) {
        Set<String> more = new HashSet<>(terse);
        more.add(topic.name() + "/");
        return new KafkaComparison(millraceProgram, kafkaProgram, outputs, more, isOnce, haveHeaders);
    }

    /** What Kafka Streams writes twice in a row, of one key with one value and timestamp, counts once, in both. */
    public KafkaComparison withoutRepetitions() {
        return new KafkaComparison(millraceProgram, kafkaProgram, outputs, terse, true, haveHeaders);
    }

    /** Feeds records without headers, where both differ in them: what closes a window or ends a wait. */
    public KafkaComparison withoutHeaders() {
        return new KafkaComparison(millraceProgram, kafkaProgram, outputs, terse, isOnce, false);
    }

    /** Feeds both, most records with a header of their own; fails where their outputs differ. */
    public void check(List<Fed> plain) {
        List<Fed> input = haveHeaders ? Fed.numbered(plain) : plain;
        assertSame(millrace(input), kafka(input), input);
    }

    /** The same while the process dies at storage calls that the seed chooses, about once for three records. */
    public void checkWithCrashes(List<Fed> plain, long seed) {
        List<Fed> input = haveHeaders ? Fed.numbered(plain) : plain;
        assertSame(millraceWithCrashes(input, seed), kafka(input), input);
    }

    /** What Millrace writes, by topic and key in the order of writing. */
    public Map<String, List<Written>> millrace(List<Fed> input) {
        return new MillraceRun(millraceProgram, outputs).feed(input);
    }

    /** The same if all is there before anything comes of it, so that one transaction holds several records. */
    public Map<String, List<Written>> millraceAtOnce(List<Fed> input) {
        return new MillraceRun(millraceProgram, outputs).feedAtOnce(input);
    }

    /** The same if the process dies once, at a storage call that the seed chooses. */
    public Map<String, List<Written>> millraceAtOnceWithCrashes(List<Fed> input, long seed) {
        return new MillraceRun(millraceProgram, outputs).withCrashes(seed).feedAtOnce(input);
    }

    /** The same while the process dies as in {@link #checkWithCrashes}. */
    public Map<String, List<Written>> millraceWithCrashes(List<Fed> input, long seed) {
        return new MillraceRun(millraceProgram, outputs).withCrashes(seed).feed(input);
    }

    /** What Kafka Streams writes, by topic and key in the order of writing. */
    public Map<String, List<Written>> kafka(List<Fed> input) {
        Map<String, List<Written>> written = new KafkaRun(kafkaProgram, outputs).feed(input);
        written.forEach((key, records) -> {
            if (terse.stream().anyMatch(key::startsWith)) {
                removeTombstonesOfNothing(records);
            }
        });
        written.values().removeIf(List::isEmpty);
        return written;
    }

    private static void removeRepetitions(Map<String, List<Written>> written) {
        for (List<Written> records : written.values()) {
            for (int i = records.size() - 1; i > 0; i--) {
                if (records.get(i).equals(records.get(i - 1))) {
                    records.remove(i);
                }
            }
        }
    }

    private static void removeTombstonesOfNothing(List<Written> records) {
        boolean isThere = false;
        for (Iterator<Written> all = records.iterator(); all.hasNext(); ) {
            boolean isRow = all.next().value() != null;
            if (!isRow && !isThere) {
                all.remove();
            }
            isThere = isRow;
        }
    }

    private void assertSame(Map<String, List<Written>> millrace, Map<String, List<Written>> kafka, List<Fed> input) {
        if (isOnce) {
            removeRepetitions(millrace);
            removeRepetitions(kafka);
        }
        assertThat(millrace)
                .as("what Millrace writes, compared with Kafka Streams, of %s", input)
                .isEqualTo(kafka);
    }

    /** By topic and key, since that is what has an order. */
    static Map<String, List<Written>> byKey(List<Written> written) {
        Map<String, List<Written>> byKey = new LinkedHashMap<>();
        written.forEach(record -> byKey.computeIfAbsent(record.topic() + "/" + record.key(), first -> new ArrayList<>())
                .add(record));
        return byKey;
    }

    // --- the words of Kafka Streams, with Millrace's topics and serdes

    /** A topic with as many partitions as these tests use. */
    public static <K, V> Topic<K, V> topic(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        return Topic.of(name, keySerde, valueSerde).withPartitions(MillraceRun.PARTITIONS);
    }

    public static <K, V> KStream<K, V> stream(StreamsBuilder builder, Topic<K, V> topic) {
        return builder.stream(topic.name(), consumed(topic));
    }

    /** A table with a store, as every source table in Millrace has one. */
    public static <K, V> KTable<K, V> table(StreamsBuilder builder, Topic<K, V> topic, String store) {
        return builder.table(topic.name(), consumed(topic), store(store, topic));
    }

    public static <K, V> void to(Topic<K, V> topic, KStream<K, V> stream) {
        stream.to(topic.name(), Produced.with(serde(topic.keySerde()), serde(topic.valueSerde())));
    }

    public static <K, V> Consumed<K, V> consumed(Topic<K, V> topic) {
        return Consumed.with(serde(topic.keySerde()), serde(topic.valueSerde()));
    }

    public static <K, V> Grouped<K, V> grouped(Topic<K, V> topic) {
        return Grouped.with(serde(topic.keySerde()), serde(topic.valueSerde()));
    }

    /** A store in memory with the topic's types. */
    public static <K, V> Materialized<K, V, KeyValueStore<Bytes, byte[]>> store(String name, Topic<K, V> types) {
        return Materialized.<K, V, KeyValueStore<Bytes, byte[]>>as(name)
                .withKeySerde(serde(types.keySerde()))
                .withValueSerde(serde(types.valueSerde()));
    }

    /** A versioned table: of these Kafka Streams has no store in memory. */
    public static <K, V> KTable<K, V> table(StreamsBuilder builder, Topic<K, V> topic, String store, Duration history) {
        return builder.table(topic.name(), consumed(topic), store(store, topic, history));
    }

    /** A versioned store with the topic's types. */
    public static <K, V> Materialized<K, V, KeyValueStore<Bytes, byte[]>> store(
            String name, Topic<K, V> types, Duration history) {
        return Materialized.<K, V>as(Stores.persistentVersionedKeyValueStore(name, history))
                .withKeySerde(serde(types.keySerde()))
                .withValueSerde(serde(types.valueSerde()));
    }

    /** A Millrace serde as Kafka sees it. */
    public static <T> org.apache.kafka.common.serialization.Serde<T> serde(Serde<T> serde) {
        return Serdes.serdeFrom(
                (topic, value) -> Bytewise.write(serde, value), (topic, bytes) -> Bytewise.read(serde, bytes));
    }
}
