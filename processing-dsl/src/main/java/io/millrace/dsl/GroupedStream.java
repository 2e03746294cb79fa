package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StoreSpec;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;

/** A stream whose equal keys are in one partition. */
public final class GroupedStream<K, V> {
    private final Pipeline.Builder builder;
    private final int step;
    private final StreamTypes<K, V> types;

    GroupedStream(Pipeline.Builder builder, int step, StreamTypes<K, V> types) {
        this.builder = builder;
        this.step = step;
        this.types = types;
    }

    int step() {
        return step;
    }

    Pipeline.Builder builder() {
        return builder;
    }

    StreamTypes<K, V> types() {
        return types;
    }

    /**
     * Says what the {@code groupBy} that this stream comes of was called before: what it keeps is gone on with, and nothing is copied. May stay in the program. Right behind the step that has a name.
     *
     * @throws PipelineException at {@link Pipeline.Builder#build} if the step keeps nothing under a name
     */
    public GroupedStream<K, V> renamedFrom(String formerName) {
        builder.renamedFrom(step, formerName);
        return this;
    }

    /**
     * How many records each key had.
     *
     * @param name the identity of the counts
     */
    public Table<K, Long> count(String name) {
        return aggregate(name, () -> 0L, (key, value, count) -> count + 1, Serdes.int64());
    }

    /**
     * One value per key, the first one combined with each later one.
     *
     * @param name the identity of the values
     */
    public Table<K, V> reduce(String name, BinaryOperator<V> reducer) {
        StoreSpec<?> store = StoreSpec.timestamped(
                Names.ofStore("table", name), types.needKeySerde(this, "reduce"), types.needValueSerde(this, "reduce"));
        int id = builder.add(next -> new TableStep.Reduce(next, step, Erased.table(store), Erased.operator(reducer)));
        return new Table<>(builder, id, types);
    }

    /** Begins to make one value per key of several streams: {@code orders.cogroup(...).cogroup(payments, ...).aggregate(...)}. */
    public <A> CogroupedStream<K, A> cogroup(Aggregator<? super K, ? super V, A> aggregator) {
        return CogroupedStream.<K, A>begin(builder, types.needKeySerde(this, "cogroup"))
                .cogroup(this, aggregator);
    }

    /** Puts the records into windows by their timestamps, each of which gets a value of its own. */
    public WindowedStream<K, V> windowedBy(TimeWindows windows) {
        return new WindowedStream<>(
                builder, step, types, WindowPlan.of(Erased.given("window", windows)), WindowTelling.OF_EACH_CHANGE);
    }

    /** Puts records that lie close together into windows, each of which gets a value of its own. */
    public WindowedStream<K, V> windowedBy(SlidingWindows windows) {
        return new WindowedStream<>(
                builder, step, types, WindowPlan.of(Erased.given("window", windows)), WindowTelling.OF_EACH_CHANGE);
    }

    /** Makes sessions of the records by their timestamps, each of which gets a value of its own. */
    public SessionWindowedStream<K, V> windowedBy(SessionWindows windows) {
        return new SessionWindowedStream<>(
                builder, step, types, Erased.given("window", windows), WindowTelling.OF_EACH_CHANGE);
    }

    /**
     * One value per key, made of all its records.
     *
     * @param name the identity of the values
     */
    public <A> Table<K, A> aggregate(
            String name,
            Supplier<? extends A> initial,
            Aggregator<? super K, ? super V, A> aggregator,
            Serde<A> valueSerde) {
        StoreSpec<?> store = StoreSpec.timestamped(
                Names.ofStore("table", name),
                types.needKeySerde(this, "aggregate"),
                Erased.given("value serde", valueSerde));
        int id = builder.add(next -> new TableStep.Aggregate(
                next, step, Erased.table(store), Erased.supplier(initial), Erased.aggregator(aggregator)));
        return new Table<>(builder, id, types.<A>withOtherValues().withSerde(valueSerde));
    }

    @Override
    public String toString() {
        return "'" + builder.labelOf(step) + "'";
    }
}
