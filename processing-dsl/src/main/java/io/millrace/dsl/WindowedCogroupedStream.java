package io.millrace.dsl;

import io.millrace.serde.Serde;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Several grouped streams whose records are put into the same windows by their timestamps. Immutable. What {@link WindowedStream} says of event time,
 * closing, late records and missing keys and values holds here, too: a window is open until the stream that lags has passed it.
 */
public final class WindowedCogroupedStream<K, A> {
    private final CogroupedStream<K, A> streams;
    private final WindowPlan plan;
    private final WindowTelling telling;

    WindowedCogroupedStream(CogroupedStream<K, A> streams, WindowPlan plan, WindowTelling telling) {
        this.streams = streams;
        this.plan = plan;
        this.telling = telling;
    }

    /** Tells of each window once, when it closes: {@link WindowedStream#emitFinal}. */
    public WindowedCogroupedStream<K, A> emitFinal() {
        return new WindowedCogroupedStream<>(streams, plan, telling.once());
    }

    /** Keeps each window for so long in its store: {@link WindowedStream#withRetention}. */
    public WindowedCogroupedStream<K, A> withRetention(Duration retention) {
        return new WindowedCogroupedStream<>(streams, plan, telling.keptFor(retention, plan.closing()));
    }

    /**
     * One value per key and window, made of the records of all streams.
     *
     * @param name the identity of the values
     */
    public WindowedCogroupTable<K, A> aggregate(String name, Supplier<? extends A> initial, Serde<A> valueSerde) {
        return streams.windowed(name, plan, telling, initial, valueSerde);
    }
}
