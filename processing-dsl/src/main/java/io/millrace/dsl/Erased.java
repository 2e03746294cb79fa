package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.WindowSpec;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;

/** Where types end: the stages have checked them, steps carry them no further. Erasure makes every cast here a no-op. */
@SuppressWarnings("unchecked") // the one place for it
final class Erased {
    private Erased() {}

    static BiFunction<Object, Object, Object> function(BiFunction<?, ?, ?> function) {
        return (BiFunction<Object, Object, Object>) function;
    }

    static BiFunction<Object, Object, Iterable<Object>> iterables(BiFunction<?, ?, ?> function) {
        return (BiFunction<Object, Object, Iterable<Object>>) function;
    }

    static StreamPartitioner<Object, Object> partitioner(StreamPartitioner<?, ?> partitioner) {
        return (StreamPartitioner<Object, Object>) partitioner;
    }

    static TopicChooser<Object, Object> chooser(TopicChooser<?, ?> chooser) {
        return (TopicChooser<Object, Object>) chooser;
    }

    static BiPredicate<Object, Object> predicate(BiPredicate<?, ?> predicate) {
        return (BiPredicate<Object, Object>) predicate;
    }

    static BiConsumer<Object, Object> consumer(BiConsumer<?, ?> consumer) {
        return (BiConsumer<Object, Object>) consumer;
    }

    static FlatMapper<Object, Object, Object, Object> flatMapper(FlatMapper<?, ?, ?, ?> mapper) {
        return (FlatMapper<Object, Object, Object, Object>) mapper;
    }

    static ProcessorFactory<Object, Object> factory(ProcessorFactory<?, ?> factory) {
        return (ProcessorFactory<Object, Object>) factory;
    }

    static ProcessorFactory<Object, Object> factoryOfValues(ValueProcessorFactory<?, ?, ?> factory) {
        ValueProcessorFactory<Object, Object, Object> ofValues =
                (ValueProcessorFactory<Object, Object, Object>) factory;
        return stores -> new KeptKeyProcessor(ofValues.create(stores));
    }

    static KeyValueSpec<Object, Timestamped<Object>> table(StoreSpec<?> store) {
        return (KeyValueSpec<Object, Timestamped<Object>>) store;
    }

    static TimestampExtractor<Object, Object> timestamps(TimestampExtractor<?, ?> extractor) {
        return (TimestampExtractor<Object, Object>) extractor;
    }

    static WindowSpec<Object, Timestamped<Object>> windows(StoreSpec<?> store) {
        return (WindowSpec<Object, Timestamped<Object>>) store;
    }

    static SessionSpec<Object, Object> sessions(StoreSpec<?> store) {
        return (SessionSpec<Object, Object>) store;
    }

    static SessionMerger<Object, Object> merger(SessionMerger<?, ?> merger) {
        return (SessionMerger<Object, Object>) merger;
    }

    static Supplier<Object> supplier(Supplier<?> supplier) {
        return (Supplier<Object>) supplier;
    }

    static Serde<Object> serde(Serde<?> serde) {
        return (Serde<Object>) serde;
    }

    static BinaryOperator<Object> operator(BinaryOperator<?> operator) {
        return (BinaryOperator<Object>) operator;
    }

    static Aggregator<Object, Object, Object> aggregator(Aggregator<?, ?, ?> aggregator) {
        return (Aggregator<Object, Object, Object>) aggregator;
    }
}
