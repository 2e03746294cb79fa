package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.WindowSpec;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where types end: the stages have checked them, steps carry them no further. Erasure makes every cast here a no-op. */
@SuppressWarnings("unchecked") // the one place for it
final class Erased {
    private Erased() {}

    /** @throws PipelineException if it is missing, while the call that lacks it is on the stack */
    static <T> T given(String what, @Nullable T value) {
        if (value == null) {
            throw PipelineException.missing(what);
        }
        return value;
    }

    static List<StoreSpec<?>> stores(StoreSpec<?>... stores) {
        for (StoreSpec<?> store : given("list of stores", stores)) {
            given("store", store);
        }
        return List.of(stores);
    }

    static BiFunction<Object, Object, Object> function(BiFunction<?, ?, ?> function) {
        return (BiFunction<Object, Object, Object>) given("function", function);
    }

    static BiFunction<Object, Object, Iterable<Object>> iterables(BiFunction<?, ?, ?> function) {
        return (BiFunction<Object, Object, Iterable<Object>>) given("function", function);
    }

    static StreamPartitioner<Object, Object> partitioner(StreamPartitioner<?, ?> partitioner) {
        return (StreamPartitioner<Object, Object>) given("partitioner", partitioner);
    }

    static TopicChooser<Object, Object> chooser(TopicChooser<?, ?> chooser) {
        return (TopicChooser<Object, Object>) given("topic chooser", chooser);
    }

    static Joiner<Object, Object, Object, Object> joiner(Joiner<?, ?, ?, ?> joiner) {
        return (Joiner<Object, Object, Object, Object>) given("joiner", joiner);
    }

    static BiPredicate<Object, Object> predicate(BiPredicate<?, ?> predicate) {
        return (BiPredicate<Object, Object>) given("predicate", predicate);
    }

    static BiConsumer<Object, Object> consumer(BiConsumer<?, ?> consumer) {
        return (BiConsumer<Object, Object>) given("action", consumer);
    }

    static AsyncFunction<Object, Object, Object> async(AsyncFunction<?, ?, ?> function) {
        return (AsyncFunction<Object, Object, Object>) given("function", function);
    }

    static FlatMapper<Object, Object, Object, Object> flatMapper(FlatMapper<?, ?, ?, ?> mapper) {
        return (FlatMapper<Object, Object, Object, Object>) given("flat mapper", mapper);
    }

    static ProcessorFactory<Object, Object> factory(ProcessorFactory<?, ?> factory) {
        return (ProcessorFactory<Object, Object>) given("processor factory", factory);
    }

    static ProcessorFactory<Object, Object> factoryOfValues(ValueProcessorFactory<?, ?, ?> factory) {
        ValueProcessorFactory<Object, Object, Object> ofValues =
                (ValueProcessorFactory<Object, Object, Object>) given("processor factory", factory);
        return stores -> new KeptKeyProcessor(ofValues.create(stores));
    }

    static TableProcessorFactory<Object, Object, Object> tableFactory(TableProcessorFactory<?, ?, ?> factory) {
        return (TableProcessorFactory<Object, Object, Object>) given("processor factory", factory);
    }

    static KeyValueSpec<Object, Timestamped<Object>> table(StoreSpec<?> store) {
        return (KeyValueSpec<Object, Timestamped<Object>>) store;
    }

    static TimestampExtractor<Object, Object> timestamps(TimestampExtractor<?, ?> extractor) {
        return (TimestampExtractor<Object, Object>) given("timestamp extractor", extractor);
    }

    static WindowSpec<Object, Timestamped<Object>> windows(StoreSpec<?> store) {
        return (WindowSpec<Object, Timestamped<Object>>) store;
    }

    static SessionSpec<Object, Object> sessions(StoreSpec<?> store) {
        return (SessionSpec<Object, Object>) store;
    }

    static SessionMerger<Object, Object> merger(SessionMerger<?, ?> merger) {
        return (SessionMerger<Object, Object>) given("session merger", merger);
    }

    static Supplier<Object> supplier(Supplier<?> supplier) {
        return (Supplier<Object>) given("supplier of the initial value", supplier);
    }

    static Serde<Object> serde(Serde<?> serde) {
        return (Serde<Object>) given("serde", serde);
    }

    static BinaryOperator<Object> operator(BinaryOperator<?> operator) {
        return (BinaryOperator<Object>) given("reducer", operator);
    }

    static Aggregator<Object, Object, Object> aggregator(Aggregator<?, ?, ?> aggregator) {
        return (Aggregator<Object, Object, Object>) given("aggregator", aggregator);
    }
}
