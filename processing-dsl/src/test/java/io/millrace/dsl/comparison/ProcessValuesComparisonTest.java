package io.millrace.dsl.comparison;

import io.millrace.dsl.Topic;
import io.millrace.dsl.ValueContext;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** A running sum in plain code, told with the number and, if that is even, alone and a little later; and counted by key behind it. */
class ProcessValuesComparisonTest {
    private static final Topic<String, Long> IN = KafkaComparison.topic("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> SUMS = KafkaComparison.topic("sums", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> COUNTS = KafkaComparison.topic("counts", Serdes.string(), Serdes.int64());
    private static final KeyValueSpec<String, Long> KEPT = StoreSpec.keyValue("kept", Serdes.string(), Serdes.int64());

    private static final KafkaComparison PROGRAM = KafkaComparison.of(
                    millrace -> {
                        var sums = millrace.stream(IN)
                                .filter((key, value) -> key != null && value != null)
                                .processValues(
                                        "sum",
                                        stores -> {
                                            KeyValueStore<String, Long> kept = stores.get(KEPT);
                                            return (String key, Long value, ValueContext<Long> context) -> {
                                                long sum = Objects.requireNonNullElse(kept.get(key), 0L) + value;
                                                kept.put(key, sum);
                                                context.emit(sum * 100 + value);
                                                if (value % 2 == 0) {
                                                    context.emit(sum, context.timestamp() + 5);
                                                }
                                            };
                                        },
                                        KEPT)
                                .withValueSerde(Serdes.int64());
                        sums.to(SUMS);
                        sums.groupByKey().count("counts").toStream().to(COUNTS);
                    },
                    kafka -> {
                        var sums = KafkaComparison.stream(kafka, IN)
                                .filter((key, value) -> key != null && value != null)
                                .processValues(new KafkaSums());
                        KafkaComparison.to(SUMS, sums);
                        KafkaComparison.to(
                                COUNTS,
                                sums.groupByKey(KafkaComparison.grouped(IN))
                                        .count()
                                        .toStream());
                    })
            .writing(SUMS, COUNTS);

    private static final class KafkaSums implements FixedKeyProcessorSupplier<String, Long, Long> {
        @Override
        public FixedKeyProcessor<String, Long, Long> get() {
            return new KafkaSum();
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("kept"),
                    KafkaComparison.serde(IN.keySerde()),
                    KafkaComparison.serde(IN.valueSerde())));
        }
    }

    private static final class KafkaSum extends ContextualFixedKeyProcessor<String, Long, Long> {
        @Override
        public void process(FixedKeyRecord<String, Long> record) {
            FixedKeyProcessorContext<String, Long> context = context();
            org.apache.kafka.streams.state.KeyValueStore<String, Long> kept = context.getStateStore("kept");
            long sum = Objects.requireNonNullElse(kept.get(record.key()), 0L) + record.value();
            kept.put(record.key(), sum);
            context.forward(record.withValue(sum * 100 + record.value()));
            if (record.value() % 2 == 0) {
                context.forward(record.withValue(sum).withTimestamp(record.timestamp() + 5));
            }
        }
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        return Inputs.lists(Inputs.records(IN, Arbitraries.longs().between(0, 9)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void whatKeepsTheKeyWritesWhatKafkaStreamsWrites(@ForAll("input") List<Fed> input) {
        PROGRAM.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void itDoesWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        PROGRAM.checkWithCrashes(input, seed);
    }
}
