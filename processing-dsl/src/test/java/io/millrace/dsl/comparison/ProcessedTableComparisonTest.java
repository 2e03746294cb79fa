package io.millrace.dsl.comparison;

import io.millrace.dsl.StepContext;
import io.millrace.dsl.StoreAccess;
import io.millrace.dsl.Table;
import io.millrace.dsl.TableProcessor;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.ValueTransformerWithKey;
import org.apache.kafka.streams.kstream.ValueTransformerWithKeySupplier;
import org.apache.kafka.streams.processor.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** A table whose rows get another value by plain code: the number of their changes, with the value. Behind it groups, which subtract what was before. */
class ProcessedTableComparisonTest {
    private static final Topic<String, Long> ROWS = KafkaComparison.topic("rows", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> TOLD = KafkaComparison.topic("told", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> SUMS = KafkaComparison.topic("sums", Serdes.string(), Serdes.int64());
    private static final KeyValueSpec<String, Long> SEEN = StoreSpec.keyValue("seen", Serdes.string(), Serdes.int64());

    private static final KafkaComparison PROGRAM = KafkaComparison.of(
                    millrace -> {
                        Table<String, Long> told = millrace.table(ROWS, "rows")
                                .processValues("told", ProcessedTableComparisonTest::processor, Serdes.int64(), SEEN);
                        told.toStream().to(TOLD);
                        told.groupBy("by-parity", ProcessedTableComparisonTest::parity, Serdes.string())
                                .reduce("sums", Long::sum, (sum, value) -> sum - value)
                                .toStream()
                                .to(SUMS);
                    },
                    kafka -> {
                        kafka.addStateStore(Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore("seen"),
                                KafkaComparison.serde(ROWS.keySerde()),
                                KafkaComparison.serde(ROWS.valueSerde())));
                        KTable<String, Long> told = KafkaComparison.table(kafka, ROWS, "rows")
                                .transformValues(new KafkaProcessor(), KafkaComparison.store("told", TOLD), "seen");
                        KafkaComparison.to(TOLD, told.toStream());
                        KafkaComparison.to(
                                SUMS,
                                told.groupBy(
                                                (key, value) -> KeyValue.pair(parity(key, value), value),
                                                Grouped.with(
                                                        KafkaComparison.serde(SUMS.keySerde()),
                                                        KafkaComparison.serde(SUMS.valueSerde())))
                                        .reduce(
                                                Long::sum,
                                                (sum, value) -> sum - value,
                                                KafkaComparison.store("sums", SUMS))
                                        .toStream());
                    })
            .writing(TOLD, SUMS);

    private static String parity(String key, Long value) {
        return value % 2 == 0 ? "even" : "odd";
    }

    private static TableProcessor<String, Long, Long> processor(StoreAccess stores) {
        var seen = stores.get(SEEN);
        return (String key, @Nullable Long value, StepContext context) -> {
            Long before = seen.get(key);
            long count = before == null ? 1 : before + 1;
            seen.put(key, count);
            return told(value, count);
        };
    }

    /** Of the fourth change of a row, and of a row that is not there, there is nothing. */
    private static @Nullable Long told(@Nullable Long value, long count) {
        return value == null || count == 4 ? null : value + 10 * count;
    }

    private static final class KafkaProcessor implements ValueTransformerWithKeySupplier<String, Long, Long> {
        @Override
        public ValueTransformerWithKey<String, Long, Long> get() {
            return new ValueTransformerWithKey<>() {
                private @Nullable KeyValueStore<String, Long> seen;

                @Override
                public void init(ProcessorContext context) {
                    seen = context.getStateStore("seen");
                }

                @Override
                public @Nullable Long transform(String key, @Nullable Long value) {
                    Long before = seen.get(key);
                    long count = before == null ? 1 : before + 1;
                    seen.put(key, count);
                    return told(value, count);
                }

                @Override
                public void close() {}
            };
        }
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        return Inputs.lists(Inputs.records(ROWS, Arbitraries.longs().between(0, 9)));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void rowsByPlainCodeAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input) {
        PROGRAM.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        PROGRAM.checkWithCrashes(input, seed);
    }
}
