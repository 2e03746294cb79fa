package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.Timestamped;
import io.millrace.state.time.RecordBufferSpec;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.WindowSpec;
import java.time.Duration;
import java.util.Optional;

/** Writes the step that makes one value per key and window, for one kind of windows. */
interface WindowPlan {
    /** What a result's store of closings is called, behind the result's own name. */
    String CLOSINGS = "-closings";

    /**
     * What is wanted of the windows.
     *
     * @param isFinal whether each window is told of once, when it closes
     */
    record Result(
            String name, Serde<Object> keySerde, Serde<Object> valueSerde, boolean isFinal, WindowStep.Fold fold) {
        public Result {
            Names.ofStore("window store", name);
        }

        /** The store of closings, if there is any. */
        <T> Optional<TimerSpec<T>> closings(Serde<T> serde) {
            return isFinal ? Optional.of(TimerSpec.eventTime(name + CLOSINGS, serde)) : Optional.empty();
        }
    }

    /** From the first millisecond of a window to the one behind its last. */
    Duration size();

    WindowStep step(int id, int input, Result result);

    static WindowPlan of(TimeWindows windows) {
        return new OverTime(windows);
    }

    static WindowPlan of(SlidingWindows windows) {
        return new OverSlides(windows);
    }

    /** Windows of a fixed size. */
    record OverTime(TimeWindows windows) implements WindowPlan {
        @Override
        public Duration size() {
            return windows.size();
        }

        @Override
        public WindowStep step(int id, int input, Result result) {
            long sizeMillis = windows.size().toMillis();
            long graceMillis = windows.grace().toMillis();
            WindowSpec<Object, Timestamped<Object>> store = new WindowSpec<>(
                    result.name,
                    result.keySerde,
                    Timestamped.serde(result.valueSerde),
                    sizeMillis,
                    windows.advance().toMillis(),
                    // What has closed is told of first and then removed, however far event time has jumped.
                    result.isFinal ? Long.MAX_VALUE : sizeMillis + graceMillis,
                    !result.isFinal);
            return new WindowStep.OverTime(id, input, store, graceMillis, result.closings(Serdes.int64()), result.fold);
        }
    }

    /** Windows that slide along with the records. */
    record OverSlides(SlidingWindows windows) implements WindowPlan {
        @Override
        public Duration size() {
            return windows.timeDifference().plusMillis(1);
        }

        @Override
        public WindowStep step(int id, int input, Result result) {
            long differenceMillis = windows.timeDifference().toMillis();
            long graceMillis = windows.grace().toMillis();
            RecordBufferSpec<Object, Timestamped<Object>> store = new RecordBufferSpec<>(
                    result.name,
                    result.keySerde,
                    Timestamped.serde(result.valueSerde),
                    // From a window that has closed, one that is open may be made as long as they overlap.
                    2 * differenceMillis + graceMillis + 1,
                    2 * differenceMillis + 1);
            return new WindowStep.OverSlides(
                    id,
                    input,
                    store,
                    differenceMillis,
                    graceMillis,
                    result.closings(WindowedSerdes.time(result.keySerde, size())),
                    result.fold);
        }
    }
}
