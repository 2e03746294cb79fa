package io.millrace.dsl;

import io.millrace.serde.Serde;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Several grouped streams whose records make sessions together: one of any stream makes a session longer, or one of two. Immutable. What {@link
 * SessionWindowedStream} says of results and of late records holds here, too.
 */
public final class SessionWindowedCogroupedStream<K, A> {
    private final CogroupedStream<K, A> streams;
    private final SessionWindows windows;
    private final WindowTelling telling;

    SessionWindowedCogroupedStream(CogroupedStream<K, A> streams, SessionWindows windows, WindowTelling telling) {
        this.streams = streams;
        this.windows = windows;
        this.telling = telling;
    }

    /** Tells of each session once, when it closes: {@link SessionWindowedStream#emitFinal}. */
    public SessionWindowedCogroupedStream<K, A> emitFinal() {
        return new SessionWindowedCogroupedStream<>(streams, windows, telling.once());
    }

    /** Keeps each window for so long in its store: {@link SessionWindowedStream#withRetention}. */
    public SessionWindowedCogroupedStream<K, A> withRetention(Duration retention) {
        return new SessionWindowedCogroupedStream<>(
                streams, windows, telling.keptFor(retention, windows.gap().plus(windows.grace())));
    }

    /**
     * One value per session, made of the records of all streams.
     *
     * @param name the identity of the values
     * @param merger of the values of sessions that become one; called first with the initial value
     */
    public WindowedCogroupTable<K, A> aggregate(
            String name, Supplier<? extends A> initial, SessionMerger<? super K, A> merger, Serde<A> valueSerde) {
        return streams.windowed(
                name, WindowPlan.of(windows, WindowStep.Merge.of(initial, merger)), telling, initial, valueSerde);
    }
}
