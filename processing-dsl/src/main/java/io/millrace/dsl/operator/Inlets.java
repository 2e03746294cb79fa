package io.millrace.dsl.operator;

/** A step at work, seen from the steps before it: one operator for each of its inputs. */
interface Inlets {
    /** @param input which of the step's inputs the records come from, in the order of {@code Step.inputs()} */
    Operator inlet(int input);
}
