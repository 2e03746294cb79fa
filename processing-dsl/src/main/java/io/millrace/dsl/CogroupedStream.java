package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Several grouped streams that make one value per key together, each in its own way. Immutable. */
public final class CogroupedStream<K, A> {
    private final Pipeline.Builder builder;
    private final Serde<K> keySerde;
    private final List<Integer> inputs;
    private final List<Aggregator<Object, Object, Object>> aggregators;

    private CogroupedStream(
            Pipeline.Builder builder,
            Serde<K> keySerde,
            List<Integer> inputs,
            List<Aggregator<Object, Object, Object>> aggregators) {
        this.builder = builder;
        this.keySerde = keySerde;
        this.inputs = List.copyOf(inputs);
        this.aggregators = List.copyOf(aggregators);
    }

    static <K, A> CogroupedStream<K, A> begin(Pipeline.Builder builder, Serde<K> keySerde) {
        return new CogroupedStream<>(builder, keySerde, List.of(), List.of());
    }

    /** Adds a stream; its records change the same values. */
    public <V> CogroupedStream<K, A> cogroup(
            GroupedStream<K, V> stream, Aggregator<? super K, ? super V, A> aggregator) {
        builder.requireSame(Erased.given("stream", stream).builder());
        if (inputs.contains(stream.step())) {
            throw new PipelineException("'" + builder.labelOf(stream.step())
                    + "' is cogrouped with itself: do what both aggregators do in one");
        }
        List<Integer> moreInputs = new ArrayList<>(inputs);
        moreInputs.add(stream.step());
        List<Aggregator<Object, Object, Object>> moreAggregators = new ArrayList<>(aggregators);
        moreAggregators.add(Erased.aggregator(aggregator));
        return new CogroupedStream<>(builder, keySerde, moreInputs, moreAggregators);
    }

    /**
     * One value per key, made of the records of all streams.
     *
     * @param name the identity of the values
     */
    public Table<K, A> aggregate(String name, Supplier<? extends A> initial, Serde<A> valueSerde) {
        StoreSpec<?> store =
                StoreSpec.timestamped(Names.ofStore("table", name), keySerde, Erased.given("value serde", valueSerde));
        int id = builder.add(next ->
                new TableStep.Cogroup(next, inputs, Erased.table(store), Erased.supplier(initial), aggregators));
        return new Table<>(builder, id, new StreamTypes<>(keySerde, valueSerde, false));
    }

    /** Puts the records of all streams into the same windows, by their timestamps, each of which gets a value of its own. */
    public WindowedCogroupedStream<K, A> windowedBy(TimeWindows windows) {
        return new WindowedCogroupedStream<>(
                this, WindowPlan.of(Erased.given("window", windows)), WindowTelling.OF_EACH_CHANGE);
    }

    /** Puts records of all streams that lie close together into windows, each of which gets a value of its own. */
    public WindowedCogroupedStream<K, A> windowedBy(SlidingWindows windows) {
        return new WindowedCogroupedStream<>(
                this, WindowPlan.of(Erased.given("window", windows)), WindowTelling.OF_EACH_CHANGE);
    }

    /** Makes sessions of the records of all streams together, each of which gets a value of its own. */
    public SessionWindowedCogroupedStream<K, A> windowedBy(SessionWindows windows) {
        return new SessionWindowedCogroupedStream<>(
                this, Erased.given("window", windows), WindowTelling.OF_EACH_CHANGE);
    }

    /** Writes the step over windows, which each stream's records come to by an inlet of their own. */
    WindowedCogroupTable<K, A> windowed(
            String name, WindowPlan plan, WindowTelling telling, Supplier<? extends A> initial, Serde<A> valueSerde) {
        List<WindowStep.Inlet> inlets = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            inlets.add(new WindowStep.Inlet(
                    inputs.get(i),
                    WindowStep.Fold.of(initial, aggregators.get(i)),
                    Output.named(WindowStep.LATE.name() + "-" + i)));
        }
        WindowPlan.Result result = WindowPlan.Result.of(name, keySerde, valueSerde, telling);
        int id = builder.add(next -> plan.step(next, inlets, result));
        return new WindowedCogroupTable<>(
                builder, id, new StreamTypes<>(plan.windows(keySerde), valueSerde, false), inlets);
    }
}
