package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;

/**
 * A stream whose records are put into windows by their timestamps. Immutable.
 *
 * <p>A window closes when event time reaches its end and the grace after it. Event time is the watermark of the task, the least that its inputs have
 * reached: what is read of one ahead of the others closes nothing, so the windows that are open, and kept, are those between them. It is kept, so a restart
 * closes nothing anew and opens nothing again. A record that comes for a window that has closed is left out of it, and goes to {@link
 * WindowedTable#late}. Records without key or value are dropped.
 *
 * <p>A result's timestamp is the greatest of the window's records. A window's value is kept until it closes, and told with each change or, after
 * {@link #emitFinal}, once.
 */
public final class WindowedStream<K, V> {
    private final Pipeline.Builder builder;
    private final int step;
    private final StreamTypes<K, V> types;
    private final WindowPlan plan;
    private final WindowTelling telling;

    WindowedStream(
            Pipeline.Builder builder, int step, StreamTypes<K, V> types, WindowPlan plan, WindowTelling telling) {
        this.builder = builder;
        this.step = step;
        this.types = types;
        this.plan = plan;
        this.telling = telling;
    }

    /**
     * Tells of each window once, when it closes, and never before; also when nothing comes any more ({@link AppSettings#withIdleTimeout}). It then
     * leaves the store: a table that is to be looked into is kept with {@link Table#materialize}.
     */
    public WindowedStream<K, V> emitFinal() {
        return new WindowedStream<>(builder, step, types, plan, telling.once());
    }

    /**
     * Keeps each window for so long in its store, for {@link Queries} and look-ups, also when it has closed; without it a window goes when it can change no
     * more, or has been told of after {@link #emitFinal}. It changes nothing of what is told, and nothing of what is late.
     *
     * @param retention in event time, the task's watermark, from the start of a window; as long as until it has closed, at least. May be
     *     changed; what a shorter one let go stays gone
     */
    public WindowedStream<K, V> withRetention(Duration retention) {
        return new WindowedStream<>(builder, step, types, plan, telling.keptFor(retention, plan.closing()));
    }

    /**
     * How many records each key had in each window.
     *
     * @param name the identity of the counts
     */
    public WindowedTable<K, V, Long> count(String name) {
        return aggregate(name, () -> 0L, (key, value, count) -> count + 1, Serdes.int64());
    }

    /**
     * One value per key and window, the first one combined with each later one.
     *
     * @param name the identity of the values
     */
    public WindowedTable<K, V, V> reduce(String name, BinaryOperator<V> reducer) {
        BinaryOperator<Object> erased = Erased.operator(reducer);
        return windowed(
                name,
                types.needValueSerde(this, "reduce"),
                (key, value, before) -> before == null ? value : erased.apply(before, value));
    }

    /**
     * One value per key and window, made of all its records.
     *
     * @param name the identity of the values
     */
    public <A> WindowedTable<K, V, A> aggregate(
            String name,
            Supplier<? extends A> initial,
            Aggregator<? super K, ? super V, A> aggregator,
            Serde<A> valueSerde) {
        return windowed(name, valueSerde, WindowStep.Fold.of(initial, aggregator));
    }

    private <A> WindowedTable<K, V, A> windowed(String name, Serde<A> valueSerde, WindowStep.Fold fold) {
        Serde<K> keySerde = types.needKeySerde(this, "windowedBy");
        WindowPlan.Result result = WindowPlan.Result.of(name, keySerde, valueSerde, telling);
        int id = builder.add(next -> plan.step(next, WindowStep.Inlet.alone(step, fold), result));
        return new WindowedTable<>(builder, id, new StreamTypes<>(plan.windows(keySerde), valueSerde, false), types);
    }

    @Override
    public String toString() {
        return "'" + builder.labelOf(step) + "'";
    }
}
