package io.millrace.dsl.operator;

import io.millrace.dsl.WindowStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step over windows at work. Several inputs may add to the same values, each in its own way. */
interface WindowOperator extends Inlets, TimedOperator {
    /**
     * What is done with the records of one of its inputs.
     *
     * @param late takes those that come for a window that has closed
     */
    record Input(WindowStep.Fold fold, LateRecords late) {}

    List<Input> inputs();

    /**
     * Adds a record to the windows that it is in.
     *
     * @return false if one of them has closed: it is too late for that
     */
    boolean add(WindowStep.Fold fold, Object key, Object value, RecordContext context);

    @Override
    default Operator inlet(int input) {
        return new Entry(this, inputs().get(input));
    }

    /** Takes the records of one input. */
    record Entry(WindowOperator windows, Input input) implements Operator {
        @Override
        public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
            if (key == null || value == null) {
                context.countDropped();
            } else if (!windows.add(input.fold, key, value, context)) {
                input.late.accept(key, value, context);
            }
        }
    }
}
