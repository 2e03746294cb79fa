package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.Timestamped;
import io.millrace.state.time.RecordBufferSpec;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Writes the step that makes one value per key and window, for one kind of windows. */
interface WindowPlan {
    /** What a result's store of closings is called, behind the result's own name. */
    String CLOSINGS = "-closings";

    /** What is wanted of the windows. */
    record Result(String name, Serde<Object> keySerde, Serde<Object> valueSerde, WindowTelling telling) {
        public Result {
            Names.ofStores("window store", name, telling.isFinal() ? CLOSINGS : "");
        }

        static Result of(String name, Serde<?> keySerde, Serde<?> valueSerde, WindowTelling telling) {
            return new Result(name, Erased.serde(keySerde), Erased.serde(valueSerde), telling);
        }

        /** The store of closings, if there is any. */
        <T> Optional<TimerSpec<T>> closings(Serde<T> serde) {
            return telling.isFinal() ? Optional.of(TimerSpec.eventTime(name + CLOSINGS, serde)) : Optional.empty();
        }
    }

    /** From the start of a window until it has closed, or of a session from its last record. */
    Duration closing();

    /** How the windows of a key are written. */
    <K> Serde<Windowed<K>> windows(Serde<K> keySerde);

    WindowStep step(int id, List<WindowStep.Inlet> inlets, Result result);

    static WindowPlan of(TimeWindows windows) {
        return new OverTime(windows);
    }

    static WindowPlan of(SlidingWindows windows) {
        return new OverSlides(windows);
    }

    static WindowPlan of(SessionWindows windows, WindowStep.Merge merge) {
        return new OverSessions(windows, merge);
    }

    /** Windows of a fixed size. */
    record OverTime(TimeWindows windows) implements WindowPlan {
        @Override
        public Duration closing() {
            return windows.size().plus(windows.grace());
        }

        @Override
        public <K> Serde<Windowed<K>> windows(Serde<K> keySerde) {
            return WindowedSerdes.time(keySerde, windows.size());
        }

        @Override
        public WindowStep step(int id, List<WindowStep.Inlet> inlets, Result result) {
            long sizeMillis = windows.size().toMillis();
            long graceMillis = windows.grace().toMillis();
            WindowSpec<Object, Timestamped<Object>> store = new WindowSpec<>(
                    result.name,
                    result.keySerde,
                    Timestamped.serde(result.valueSerde),
                    sizeMillis,
                    windows.advance().toMillis(),
                    result.telling.retentionMillis(sizeMillis + graceMillis),
                    result.telling.isTimeTold());
            return new WindowStep.OverTime(id, inlets, store, graceMillis, result.closings(Serdes.int64()));
        }
    }

    /** Windows that slide along with the records. */
    record OverSlides(SlidingWindows windows) implements WindowPlan {
        @Override
        public Duration closing() {
            return windows.timeDifference().plusMillis(1).plus(windows.grace());
        }

        @Override
        public <K> Serde<Windowed<K>> windows(Serde<K> keySerde) {
            return WindowedSerdes.time(keySerde, windows.timeDifference().plusMillis(1));
        }

        @Override
        public WindowStep step(int id, List<WindowStep.Inlet> inlets, Result result) {
            long differenceMillis = windows.timeDifference().toMillis();
            long graceMillis = windows.grace().toMillis();
            RecordBufferSpec<Object, Timestamped<Object>> store = new RecordBufferSpec<>(
                    result.name,
                    result.keySerde,
                    Timestamped.serde(result.valueSerde),
                    // From a window that has closed, one that is open may be made as long as they overlap.
                    Math.max(
                            2 * differenceMillis + graceMillis + 1,
                            result.telling.retention().map(Duration::toMillis).orElse(0L)),
                    2 * differenceMillis + 1);
            return new WindowStep.OverSlides(
                    id, inlets, store, differenceMillis, graceMillis, result.closings(windows(result.keySerde)));
        }
    }

    /**
     * Sessions.
     *
     * @param merge makes one value of those of two
     */
    record OverSessions(SessionWindows windows, WindowStep.Merge merge) implements WindowPlan {
        @Override
        public Duration closing() {
            return windows.gap().plus(windows.grace());
        }

        @Override
        public <K> Serde<Windowed<K>> windows(Serde<K> keySerde) {
            return WindowedSerdes.session(keySerde);
        }

        @Override
        public WindowStep step(int id, List<WindowStep.Inlet> inlets, Result result) {
            long gapMillis = windows.gap().toMillis();
            long closeMillis = gapMillis + windows.grace().toMillis();
            SessionSpec<Object, Object> store = new SessionSpec<>(
                    result.name,
                    result.keySerde,
                    result.valueSerde,
                    gapMillis,
                    result.telling.retentionMillis(closeMillis),
                    result.telling.isTimeTold());
            return new WindowStep.OverSessions(id, inlets, store, closeMillis, result.closings(result.keySerde), merge);
        }
    }
}
