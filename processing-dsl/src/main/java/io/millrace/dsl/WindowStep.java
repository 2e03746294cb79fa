package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.time.RecordBufferSpec;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.Windowed;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Steps that make one value per key and window, of the records whose timestamps are in the window. Their results are changes of a table. */
public sealed interface WindowStep extends Step {
    /** In pictures, of windows that are told of once. */
    String FINAL = "final";

    /** Where records go that come for a window that has closed, if they come from one step. */
    Output<Object, Object> LATE = Output.named("late");

    @Override
    default <R> R accept(Step.Visitor<R> visitor) {
        return visitor.window(this);
    }

    /** {@link Step#accept} among the family. */
    <R> R visit(Visitor<R> visitor);

    /** Where it takes records from: one, or several that make the same values. */
    List<Inlet> inlets();

    @Override
    default List<Integer> inputs() {
        return inlets().stream().map(Inlet::step).toList();
    }

    /** Keeps the values of the windows. */
    StoreSpec<?> store();

    /** When what has not been told of closes; none if each change is told of. */
    Optional<? extends StoreSpec<?>> closings();

    /** How long after its start a window is kept, or a session after its last record, in milliseconds. */
    long keptMillis();

    /** How long after its start a window closes, or a session after its last record, in milliseconds. */
    long openMillis();

    /** True if it tells of each window once, when it has closed. */
    default boolean isFinal() {
        return closings().isPresent();
    }

    @Override
    default List<StoreSpec<?>> stores() {
        return isFinal() ? List.of(store(), closings().get()) : List.of(store());
    }

    /** One method for each kind. */
    interface Visitor<R> {
        R timeWindows(OverTime step);

        R slidingWindows(OverSlides step);

        R sessions(OverSessions step);
    }

    /** What a window has after a record. */
    @FunctionalInterface
    interface Fold {
        /** @param before null for none; so is the result */
        @Nullable Object add(Object key, Object value, @Nullable Object before);

        /** With an initial value in the place of none. */
        static Fold of(Supplier<?> initial, Aggregator<?, ?, ?> aggregator) {
            Supplier<Object> none = Erased.supplier(initial);
            Aggregator<Object, Object, Object> erased = Erased.aggregator(aggregator);
            return (key, value, before) -> erased.add(key, value, before == null ? none.get() : before);
        }
    }

    /**
     * One of the steps that it takes records from.
     *
     * @param fold how they are added
     * @param late where those go that come for a window that has closed
     */
    record Inlet(int step, Fold fold, Output<Object, Object> late) {
        /** The only one. */
        static List<Inlet> alone(int step, Fold fold) {
            return List.of(new Inlet(step, fold, LATE));
        }
    }

    /** The values of two sessions as one. */
    @FunctionalInterface
    interface Merge {
        /** @param first null for none */
        Object merge(Object key, @Nullable Object first, Object second);

        /** With an initial value in the place of none. */
        static Merge of(Supplier<?> initial, SessionMerger<?, ?> merger) {
            Supplier<Object> none = Erased.supplier(initial);
            SessionMerger<Object, Object> erased = Erased.merger(merger);
            return (key, first, second) -> erased.merge(key, first == null ? none.get() : first, second);
        }
    }

    /**
     * Over windows of a fixed size.
     *
     * @param graceMillis how far event time goes beyond the end of a window before it closes
     * @param closings when windows close that have not been told of, by their start; none if each change is told of
     */
    record OverTime(
            int id,
            List<Inlet> inlets,
            WindowSpec<Object, Timestamped<Object>> store,
            long graceMillis,
            Optional<TimerSpec<Long>> closings)
            implements WindowStep {
        public OverTime {
            inlets = List.copyOf(inlets);
        }

        @Override
        public long keptMillis() {
            return store.retentionMillis();
        }

        @Override
        public long openMillis() {
            return store.sizeMillis() + graceMillis;
        }

        @Override
        public String label() {
            return "windows " + store.name();
        }

        @Override
        public String details() {
            long size = store.sizeMillis();
            long advance = store.advanceMillis();
            return new StepDetails()
                    .add(StepDetails.time(size) + (advance == size ? "" : " every " + StepDetails.time(advance)))
                    .addUnlessZero("grace", graceMillis)
                    .addIf(isFinal(), FINAL)
                    .text();
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.timeWindows(this);
        }
    }

    /**
     * Over windows that slide along with the records.
     *
     * @param store has the windows by their starts
     * @param differenceMillis between the first and the last millisecond of a window
     * @param graceMillis how far event time goes beyond the end of a window before it closes
     * @param closings when windows close that have not been told of; none if each change is told of
     */
    record OverSlides(
            int id,
            List<Inlet> inlets,
            RecordBufferSpec<Object, Timestamped<Object>> store,
            long differenceMillis,
            long graceMillis,
            Optional<TimerSpec<Windowed<Object>>> closings)
            implements WindowStep {
        public OverSlides {
            inlets = List.copyOf(inlets);
        }

        @Override
        public long keptMillis() {
            return store.retentionMillis();
        }

        @Override
        public long openMillis() {
            return differenceMillis + 1 + graceMillis;
        }

        @Override
        public String label() {
            return "sliding windows " + store.name();
        }

        @Override
        public String details() {
            return new StepDetails()
                    .add(StepDetails.time(differenceMillis) + " apart")
                    .addUnlessZero("grace", graceMillis)
                    .addIf(isFinal(), FINAL)
                    .text();
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.slidingWindows(this);
        }
    }

    /**
     * Over sessions.
     *
     * @param closeMillis how far event time goes beyond the last record of a session before that closes
     * @param closings when keys have a session that closes, or did before it grew; none if each change is told of
     */
    record OverSessions(
            int id,
            List<Inlet> inlets,
            SessionSpec<Object, Object> store,
            long closeMillis,
            Optional<TimerSpec<Object>> closings,
            Merge merge)
            implements WindowStep {
        public OverSessions {
            inlets = List.copyOf(inlets);
        }

        @Override
        public long keptMillis() {
            return store.retentionMillis();
        }

        @Override
        public long openMillis() {
            return closeMillis;
        }

        @Override
        public String label() {
            return "sessions " + store.name();
        }

        @Override
        public String details() {
            return new StepDetails()
                    .add("gap " + StepDetails.time(store.gapMillis()))
                    .addUnlessZero("grace", closeMillis - store.gapMillis())
                    .addIf(isFinal(), FINAL)
                    .text();
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.sessions(this);
        }
    }
}
