package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.VersionedTableSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * One current value per key, as a stage of a pipeline under construction. Changes come in the order of the input, whatever their timestamps, but in a
 * versioned table ({@link EventStream#toTable(String, Duration)}), where the greatest timestamp of a key is current. A value that is null is no row. A table
 * made of another by {@link #filter}, {@link #mapValues} or a join has no store: its rows are computed when they are looked up; those of a versioned
 * table by {@code filter} and {@code mapValues} are versioned, too. Functions must depend on their arguments alone.
 */
public sealed class Table<K, V> permits WindowedTable, WindowedCogroupTable {
    private final Pipeline.Builder builder;
    private final int step;
    private final StreamTypes<K, V> types;

    Table(Pipeline.Builder builder, int step, StreamTypes<K, V> types) {
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

    // --- the stream of its changes

    /** The stream of its changes: every new value of every key, in order per key; null where a row is deleted. */
    public EventStream<K, V> toStream() {
        return new EventStream<>(builder, step, types);
    }

    /** The stream of its changes, by another key. */
    public <K2> EventStream<K2, V> toStream(BiFunction<? super K, ? super V, ? extends K2> keyFunction) {
        return toStream().selectKey(keyFunction);
    }

    // --- a row at a time

    /**
     * The rows that the predicate accepts. A row that it never accepted is not told of, but behind a versioned table: there every change is, since what is made of it
     * may need to know from when on there was no row.
     */
    public Table<K, V> filter(BiPredicate<? super K, ? super V> predicate) {
        return same(builder.add(id -> new TableStep.Filter(id, step, Erased.predicate(predicate))));
    }

    /** The rows that the predicate does not accept. */
    public Table<K, V> filterNot(BiPredicate<? super K, ? super V> predicate) {
        return same(builder.add(
                id -> new TableStep.Filter(id, step, Erased.predicate(predicate).negate())));
    }

    public <V2> Table<K, V2> mapValues(Function<? super V, ? extends V2> function) {
        Erased.given("function", function);
        return mapValues((key, value) -> function.apply(value));
    }

    /** Another value for each row; null for none. */
    public <V2> Table<K, V2> mapValues(BiFunction<? super K, ? super V, ? extends V2> function) {
        int id = builder.add(next -> new TableStep.MapValues(next, step, Erased.function(function)));
        return new Table<>(builder, id, types.withOtherValues());
    }

    /** Says how values are written, where a step before changed them: topics and stores need to know. Adds no step. */
    public Table<K, V> withValueSerde(Serde<V> valueSerde) {
        return new Table<>(builder, step, types.withSerde(Erased.given("value serde", valueSerde)));
    }

    /**
     * Keeps the rows in a store of their own: they are no longer computed when they are looked up, and can be read by name.
     *
     * @param name the identity of the values
     */
    public Table<K, V> materialize(String name) {
        StoreSpec<?> store = StoreSpec.timestamped(
                Names.ofStore("table", name),
                types.needKeySerde(this, "materialize"),
                types.needValueSerde(this, "materialize"));
        return same(builder.add(id -> new TableStep.Materialize(id, step, Erased.table(store))));
    }

    /**
     * Keeps the rows as a versioned table, which knows what they were: {@link EventStream#toTable(String, Duration)}. Where a step before changed the values,
     * {@link #withValueSerde} says how they are written.
     *
     * @param name the identity of the values
     * @param historyRetention for how long, in event time; may be changed
     */
    public Table<K, V> materialize(String name, Duration historyRetention) {
        var store = versions(
                name,
                types.needKeySerde(this, "materialize"),
                types.needValueSerde(this, "materialize"),
                historyRetention);
        return same(builder.add(id -> new VersionedStep.Materialize(id, step, store)));
    }

    static VersionedTableSpec<Object, Object> versions(
            String name, Serde<?> keySerde, Serde<?> valueSerde, Duration historyRetention) {
        Names.ofStore("table", name);
        WindowRule.checkLength("The history retention of table '" + name + "'", historyRetention);
        return new VersionedTableSpec<>(
                name, Erased.serde(keySerde), Erased.serde(valueSerde), historyRetention.toMillis());
    }

    /** The same, where a step before changed the values. */
    public Table<K, V> materialize(String name, Serde<V> valueSerde) {
        return withValueSerde(valueSerde).materialize(name);
    }

    // --- in plain code

    /**
     * Another value for each row, by plain code that keeps more than the row: what {@code KTable.transformValues} is in Kafka Streams. It is asked once for
     * each change, and what it gives is kept, as by {@link #materialize}, so that what a row was before is what it gave then. Timers are not for it.
     *
     * @param name the identity of the values that it gives, and of the step in pictures
     * @param valueSerde of the values that it gives
     * @param stores what it keeps per key; each store's name is the identity of its content
     * @throws PipelineException if one of the stores is one of timers
     */
    public <R> Table<K, R> processValues(
            String name,
            TableProcessorFactory<? super K, ? super V, R> factory,
            Serde<R> valueSerde,
            StoreSpec<?>... stores) {
        return processValues(name, factory, valueSerde, List.of(), stores);
    }

    /** The same with global tables that it looks into, by {@link StoreAccess#get(GlobalTable)}; they are only read, and their changes change no row. */
    public <R> Table<K, R> processValues(
            String name,
            TableProcessorFactory<? super K, ? super V, R> factory,
            Serde<R> valueSerde,
            List<? extends GlobalTable<?, ?>> tables,
            StoreSpec<?>... stores) {
        StoreSpec<?> store = StoreSpec.timestamped(
                Names.ofStore("table", name),
                types.needKeySerde(this, "processValues"),
                Erased.given("value serde", valueSerde));
        StepUses uses = StepUses.of(builder, tables, Erased.stores(stores)).withoutTimers(name);
        int id = builder.add(next ->
                new TableStep.ProcessValues(next, step, Erased.table(store), Erased.tableFactory(factory), uses));
        return new Table<>(builder, id, types.<R>withOtherValues().withSerde(valueSerde));
    }

    // --- with another table

    /** Rows that both tables have. A change of either side gives a new one, with the greater timestamp of the two. */
    public <V2, R> Table<K, R> join(Table<K, V2> other, BiFunction<? super V, ? super V2, ? extends R> joiner) {
        return joined(other, JoinKind.INNER, Joiner.ofValues(joiner));
    }

    /** The same with the key. */
    public <V2, R> Table<K, R> join(Table<K, V2> other, Joiner<? super K, ? super V, ? super V2, ? extends R> joiner) {
        return joined(other, JoinKind.INNER, joiner);
    }

    /** Rows that this table has; the other's value is null where it has none. */
    public <V2, R> Table<K, R> leftJoin(Table<K, V2> other, BiFunction<? super V, ? super V2, ? extends R> joiner) {
        return joined(other, JoinKind.LEFT, Joiner.ofValues(joiner));
    }

    /** The same with the key. */
    public <V2, R> Table<K, R> leftJoin(
            Table<K, V2> other, Joiner<? super K, ? super V, ? super V2, ? extends R> joiner) {
        return joined(other, JoinKind.LEFT, joiner);
    }

    /** Rows that either table has; the value of a side that has none is null. */
    public <V2, R> Table<K, R> outerJoin(Table<K, V2> other, BiFunction<? super V, ? super V2, ? extends R> joiner) {
        return joined(other, JoinKind.OUTER, Joiner.ofValues(joiner));
    }

    /** The same with the key. */
    public <V2, R> Table<K, R> outerJoin(
            Table<K, V2> other, Joiner<? super K, ? super V, ? super V2, ? extends R> joiner) {
        return joined(other, JoinKind.OUTER, joiner);
    }

    private <V2, R> Table<K, R> joined(Table<K, V2> other, JoinKind kind, Joiner<?, ?, ?, ?> joiner) {
        builder.requireSame(Erased.given("table", other).builder);
        int id = builder.add(next -> new TableStep.Join(next, step, other.step, kind, Erased.joiner(joiner), false));
        return new Table<>(builder, id, types.<R>withOtherValues());
    }

    // --- with a table whose keys its rows refer to

    /**
     * Rows that refer to a row of the other table. A change of either side gives new results, through two topics of the application's own; a
     * result that is overtaken by a change of its row is left out.
     *
     * @param name the identity of the results, of the topics {@code <application>-<name>-subscriptions-repartition} and {@code
     *     -answers-repartition}, and of a store {@code <name>-subscriptions}
     * @param foreignKey the key of the other table that a row refers to, null if none: then it has no result
     */
    public <K2, V2, R> Table<K, R> join(
            String name,
            Table<K2, V2> other,
            BiFunction<? super K, ? super V, ? extends K2> foreignKey,
            BiFunction<? super V, ? super V2, ? extends R> joiner,
            Serde<R> resultSerde) {
        return joined(
                new ForeignKeyJoin(builder, name, JoinKind.INNER),
                other,
                foreignKey,
                Joiner.ofValues(joiner),
                resultSerde);
    }

    /** The same with the key of this table's row. */
    public <K2, V2, R> Table<K, R> join(
            String name,
            Table<K2, V2> other,
            BiFunction<? super K, ? super V, ? extends K2> foreignKey,
            Joiner<? super K, ? super V, ? super V2, ? extends R> joiner,
            Serde<R> resultSerde) {
        return joined(new ForeignKeyJoin(builder, name, JoinKind.INNER), other, foreignKey, joiner, resultSerde);
    }

    /** The same for all rows; the other's value is null where a row refers to none that is there. */
    public <K2, V2, R> Table<K, R> leftJoin(
            String name,
            Table<K2, V2> other,
            BiFunction<? super K, ? super V, ? extends K2> foreignKey,
            BiFunction<? super V, ? super V2, ? extends R> joiner,
            Serde<R> resultSerde) {
        return joined(
                new ForeignKeyJoin(builder, name, JoinKind.LEFT),
                other,
                foreignKey,
                Joiner.ofValues(joiner),
                resultSerde);
    }

    /** The same with the key of this table's row. */
    public <K2, V2, R> Table<K, R> leftJoin(
            String name,
            Table<K2, V2> other,
            BiFunction<? super K, ? super V, ? extends K2> foreignKey,
            Joiner<? super K, ? super V, ? super V2, ? extends R> joiner,
            Serde<R> resultSerde) {
        return joined(new ForeignKeyJoin(builder, name, JoinKind.LEFT), other, foreignKey, joiner, resultSerde);
    }

    private <R> Table<K, R> joined(
            ForeignKeyJoin join,
            Table<?, ?> other,
            BiFunction<?, ?, ?> foreignKey,
            Joiner<?, ?, ?, ?> joiner,
            Serde<R> resultSerde) {
        builder.requireSame(Erased.given("table", other).builder);
        int id = join.add(
                step,
                other.step,
                foreignKey,
                joiner,
                Erased.serde(types.needKeySerde(this, "join")),
                Erased.serde(types.needValueSerde(this, "join")),
                Erased.serde(other.types.needKeySerde(other, "join")),
                Erased.serde(other.types.needValueSerde(other, "join")),
                Erased.serde(resultSerde));
        return new EventStream<K, R>(builder, id, types.<R>withOtherValues().withSerde(resultSerde))
                .toTable(join.name());
    }

    // --- by another key

    /**
     * Groups the rows by another key, through a topic of the application's own. Rows for which the key is null are left out.
     *
     * @param name the topic's, {@code <application>-<name>-repartition}
     */
    public <K2> GroupedTable<K2, V> groupBy(
            String name, BiFunction<? super K, ? super V, ? extends K2> keyFunction, Serde<K2> keySerde) {
        return groupBy(name, keyFunction, keySerde, (key, value) -> value, types.needValueSerde(this, "groupBy"));
    }

    /** The same with another value for each row; rows for which that is null are left out. */
    public <K2, V2> GroupedTable<K2, V2> groupBy(
            String name,
            BiFunction<? super K, ? super V, ? extends K2> keyFunction,
            Serde<K2> keySerde,
            BiFunction<? super K, ? super V, ? extends V2> valueFunction,
            Serde<V2> valueSerde) {
        int regrouped = builder.add(
                id -> new TableStep.Regroup(id, step, Erased.function(keyFunction), Erased.function(valueFunction)));
        Topic<K2, Change<V2>> topic =
                Repartition.named(name).topic(builder.name(), keySerde, new ChangeSerde<>(valueSerde));
        builder.add(id -> new Step.Sink(id, regrouped, SinkTarget.owned(topic)));
        return new GroupedTable<>(builder, builder.stream(topic).step, keySerde, valueSerde);
    }

    /**
     * Says what the table was called before: what it keeps is gone on with, and nothing is copied. May stay in the program. Right behind the step that has a name.
     *
     * @throws PipelineException at {@link Pipeline.Builder#build} if the step keeps nothing under a name
     */
    public Table<K, V> renamedFrom(String formerName) {
        builder.renamedFrom(step, formerName);
        return this;
    }

    private Table<K, V> same(int id) {
        return new Table<>(builder, id, types);
    }

    @Override
    public String toString() {
        return "'" + builder.labelOf(step) + "'";
    }
}
