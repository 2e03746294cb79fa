package io.millrace.dsl.operator;

import io.millrace.dsl.LookupStep;

/** Makes the operators that look into tables. */
record LookupOperators(Wiring wiring) implements LookupStep.Visitor<Inlets> {
    @Override
    public Inlets joinTable(LookupStep.JoinTable step) {
        Operator stream = new StreamTableJoinOperator(
                step.kind(), step.joiner(), wiring.lookup(step.table()), wiring.behind(step));
        // The table's own changes cause nothing here: they are in its store when the next record looks.
        return input -> input == 0 ? stream : DropOperator.INSTANCE;
    }
}
