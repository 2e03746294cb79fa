package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.state.StoreSpec;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream of keyed records, as a stage of a pipeline under construction. Each call adds a step and gives the stage behind it; a stage may
 * be used more than once, which forks the stream.
 *
 * <p>Records keep the timestamp of the input that caused them. Functions must depend on their arguments alone.
 */
public sealed class EventStream<K, V> permits SourceStream {
    final Pipeline.Builder builder;
    final int step;
    /** Null once the key was changed: then the key has no serde and its partition no meaning until {@link #repartition}. */
    final @Nullable Serde<K> keySerde;

    EventStream(Pipeline.Builder builder, int step, @Nullable Serde<K> keySerde) {
        this.builder = builder;
        this.step = step;
        this.keySerde = keySerde;
    }

    public <V2> EventStream<K, V2> mapValues(Function<? super V, ? extends V2> function) {
        return mapValues((key, value) -> function.apply(value));
    }

    public <V2> EventStream<K, V2> mapValues(BiFunction<? super K, ? super V, ? extends V2> function) {
        return next(builder.add(id -> new StatelessStep.MapValues(id, step, Erased.function(function))));
    }

    public EventStream<K, V> filter(BiPredicate<? super K, ? super V> predicate) {
        return next(builder.add(id -> new StatelessStep.Filter(id, step, Erased.predicate(predicate))));
    }

    /** A new key and a new value, each computed from key and value. */
    public <K2, V2> EventStream<K2, V2> map(
            BiFunction<? super K, ? super V, ? extends K2> keyFunction,
            BiFunction<? super K, ? super V, ? extends V2> valueFunction) {
        return rekeyed(builder.add(id ->
                new StatelessStep.MapKeyValue(id, step, Erased.function(keyFunction), Erased.function(valueFunction))));
    }

    public <K2> EventStream<K2, V> selectKey(BiFunction<? super K, ? super V, ? extends K2> keyFunction) {
        return map(keyFunction, (key, value) -> value);
    }

    public <K2, V2> EventStream<K2, V2> flatMap(FlatMapper<? super K, ? super V, K2, V2> mapper) {
        return rekeyed(builder.add(id -> new StatelessStep.FlatMap(id, step, Erased.flatMapper(mapper))));
    }

    /** Shows each record to an action, also those of a transaction that will be aborted. For logging, not for effects. */
    public EventStream<K, V> peek(BiConsumer<? super K, ? super V> action) {
        return next(builder.add(id -> new StatelessStep.Peek(id, step, Erased.consumer(action))));
    }

    /** Both streams as one. Order is kept per input partition; between the two there is none. */
    public EventStream<K, V> merge(EventStream<K, V> other) {
        builder.requireSame(other.builder);
        if (step == other.step) {
            throw new PipelineException("'" + builder.labelOf(step)
                    + "' is merged with itself, which would give every record once: use flatMap to emit it twice");
        }
        int id = builder.add(next -> new StatelessStep.Merge(next, step, other.step));
        return new EventStream<>(builder, id, other.keySerde == null ? null : keySerde);
    }

    /**
     * Writes to a topic and reads it again, so that equal keys meet in one partition. The topic belongs to the user: its name is the
     * identity of what is under way in it.
     */
    public EventStream<K, V> repartition(Topic<K, V> topic) {
        to(topic);
        return builder.stream(topic);
    }

    /** Groups by the present key, for counts and aggregates. */
    public GroupedStream<K, V> groupByKey() {
        if (keySerde == null) {
            throw new PipelineException(
                    "The key of step '" + builder.labelOf(step)
                            + "' was changed, so equal keys may lie in different partitions: call repartition(topic) before groupByKey()");
        }
        return new GroupedStream<>(builder, step, keySerde);
    }

    /**
     * A step in plain code.
     *
     * @param name its identity in messages and pictures
     * @param stores what it keeps per key; each store's name is the identity of its content
     */
    public ProcessedStream process(
            String name, ProcessorFactory<? super K, ? super V> factory, StoreSpec<?>... stores) {
        Names.check("step", name, 100);
        int id = builder.add(next -> new ProcessStep(next, step, name, Erased.factory(factory), List.of(stores)));
        return new ProcessedStream(builder, id);
    }

    /** Writes every record to a topic; the partition follows from the key. */
    public void to(Topic<K, V> topic) {
        builder.add(id -> new Step.Sink(id, step, topic));
    }

    private <V2> EventStream<K, V2> next(int id) {
        return new EventStream<>(builder, id, keySerde);
    }

    private <K2, V2> EventStream<K2, V2> rekeyed(int id) {
        return new EventStream<>(builder, id, null);
    }
}
