package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StoreSpec;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;

/**
 * A table whose rows are grouped by another key. A row that changes leaves its group and comes to its new one: what it was is subtracted
 * there, what it is is added here, in this order if they are one group.
 */
public final class GroupedTable<K, V> {
    private final Pipeline.Builder builder;
    private final int step;
    private final Serde<K> keySerde;
    private final Serde<V> valueSerde;

    GroupedTable(Pipeline.Builder builder, int step, Serde<K> keySerde, Serde<V> valueSerde) {
        this.builder = builder;
        this.step = step;
        this.keySerde = keySerde;
        this.valueSerde = valueSerde;
    }

    /**
     * Says what the {@code groupBy} that this table comes of was called before: what it keeps is gone on with, and nothing is copied. May stay in the program. Right behind the step that has a name.
     *
     * @throws PipelineException at {@link Pipeline.Builder#build} if the step keeps nothing under a name
     */
    public GroupedTable<K, V> renamedFrom(String formerName) {
        builder.renamedFrom(step, formerName);
        return this;
    }

    /**
     * How many rows each group has. One that had some and has none has 0.
     *
     * @param name the identity of the counts
     */
    public Table<K, Long> count(String name) {
        return aggregate(
                name, () -> 0L, (key, value, count) -> count + 1, (key, value, count) -> count - 1, Serdes.int64());
    }

    /**
     * One value per group, made of the values of its rows.
     *
     * @param name the identity of the values
     * @param adder combines what there is with a value that comes
     * @param subtractor takes a value that leaves from what there is; null deletes the group
     */
    public Table<K, V> reduce(String name, BinaryOperator<V> adder, BinaryOperator<V> subtractor) {
        StoreSpec<?> store = StoreSpec.timestamped(Names.ofStore("table", name), keySerde, valueSerde);
        int id = builder.add(next -> new TableStep.ReduceChanges(
                next, step, Erased.table(store), Erased.operator(adder), Erased.operator(subtractor)));
        return new Table<>(builder, id, new StreamTypes<>(keySerde, valueSerde, false));
    }

    /**
     * One value per group, made of all its rows.
     *
     * @param name the identity of the values
     * @param subtractor takes a row that leaves from the value; null deletes the group
     */
    public <A> Table<K, A> aggregate(
            String name,
            Supplier<? extends A> initial,
            Aggregator<? super K, ? super V, A> adder,
            Aggregator<? super K, ? super V, A> subtractor,
            Serde<A> aggregateSerde) {
        StoreSpec<?> store = StoreSpec.timestamped(
                Names.ofStore("table", name), keySerde, Erased.given("value serde", aggregateSerde));
        int id = builder.add(next -> new TableStep.AggregateChanges(
                next,
                step,
                Erased.table(store),
                Erased.supplier(initial),
                Erased.aggregator(adder),
                Erased.aggregator(subtractor)));
        return new Table<>(builder, id, new StreamTypes<>(keySerde, aggregateSerde, false));
    }
}
