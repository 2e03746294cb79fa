package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;

/**
 * A stream whose records make sessions by their timestamps. Immutable. What {@link WindowedStream} says of event time, late records and missing keys
 * and values holds here, too.
 *
 * <p>Each record tells of its session anew. A session that it makes longer, or one of several, is another window of the key: what there was before is
 * deleted first. After {@link #emitFinal} each session is told of once. A result's timestamp is that of its last record, and so is that of a deletion.
 */
public final class SessionWindowedStream<K, V> {
    private final Pipeline.Builder builder;
    private final int step;
    private final StreamTypes<K, V> types;
    private final SessionWindows windows;
    private final WindowTelling telling;

    SessionWindowedStream(
            Pipeline.Builder builder,
            int step,
            StreamTypes<K, V> types,
            SessionWindows windows,
            WindowTelling telling) {
        this.builder = builder;
        this.step = step;
        this.types = types;
        this.windows = windows;
        this.telling = telling;
    }

    /**
     * Tells of each session once, when it closes, and never before; also when nothing comes any more ({@link AppSettings#withIdleTimeout}). It then
     * leaves the store: a table that is to be looked into is kept with {@link Table#materialize}.
     */
    public SessionWindowedStream<K, V> emitFinal() {
        return new SessionWindowedStream<>(builder, step, types, windows, telling.once());
    }

    /**
     * Keeps each window for so long in its store, for {@link Queries} and look-ups, also when it has closed; without it a window goes when it can change no
     * more, or has been told of after {@link #emitFinal}. It changes nothing of what is told, and nothing of what is late.
     *
     * @param retention in event time, the task's watermark, from the start of a window, here of the last record of a session; as long as until it has closed, at least. May be
     *     changed; what a shorter one let go stays gone
     */
    public SessionWindowedStream<K, V> withRetention(Duration retention) {
        return new SessionWindowedStream<>(
                builder,
                step,
                types,
                windows,
                telling.keptFor(retention, windows.gap().plus(windows.grace())));
    }

    /**
     * How many records each session had.
     *
     * @param name the identity of the counts
     */
    public WindowedTable<K, V, Long> count(String name) {
        return aggregate(
                name,
                () -> 0L,
                (key, value, count) -> count + 1,
                (key, first, second) -> first + second,
                Serdes.int64());
    }

    /**
     * One value per session, the first one combined with each later one.
     *
     * @param name the identity of the values
     */
    public WindowedTable<K, V, V> reduce(String name, BinaryOperator<V> reducer) {
        BinaryOperator<Object> erased = Erased.operator(reducer);
        return windowed(
                name,
                types.needValueSerde(this, "reduce"),
                (key, value, before) -> before == null ? value : erased.apply(before, value),
                (key, first, second) -> first == null ? second : erased.apply(first, second));
    }

    /**
     * One value per session, made of all its records.
     *
     * @param name the identity of the values
     * @param merger of the values of sessions that become one; called first with the initial value
     */
    public <A> WindowedTable<K, V, A> aggregate(
            String name,
            Supplier<? extends A> initial,
            Aggregator<? super K, ? super V, A> aggregator,
            SessionMerger<? super K, A> merger,
            Serde<A> valueSerde) {
        return windowed(
                name, valueSerde, WindowStep.Fold.of(initial, aggregator), WindowStep.Merge.of(initial, merger));
    }

    private <A> WindowedTable<K, V, A> windowed(
            String name, Serde<A> valueSerde, WindowStep.Fold fold, WindowStep.Merge merge) {
        Serde<K> keySerde = types.needKeySerde(this, "windowedBy");
        WindowPlan plan = WindowPlan.of(windows, merge);
        WindowPlan.Result result = WindowPlan.Result.of(name, keySerde, valueSerde, telling);
        int id = builder.add(next -> plan.step(next, WindowStep.Inlet.alone(step, fold), result));
        return new WindowedTable<>(builder, id, new StreamTypes<>(plan.windows(keySerde), valueSerde, false), types);
    }

    @Override
    public String toString() {
        return "'" + builder.labelOf(step) + "'";
    }
}
