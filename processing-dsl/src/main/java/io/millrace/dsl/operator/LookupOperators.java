package io.millrace.dsl.operator;

import io.millrace.dsl.JoinKind;
import io.millrace.dsl.LookupStep;

/** Makes the operators that look into tables. */
record LookupOperators(Wiring wiring) implements LookupStep.Visitor<Inlets> {
    @Override
    public Inlets joinTable(LookupStep.JoinTable step) {
        Operator stream = join(step, wiring.behind(step));
        // The table's own changes cause nothing here: they are in its store when the next record looks.
        return input -> input == 0 ? stream : DropOperator.INSTANCE;
    }

    @Override
    public Inlets joinAfterGrace(LookupStep.JoinAfterGrace step) {
        return new GraceJoinInlets(
                join(step.join(), wiring.behind(step)), wiring.store(step.store()), step.graceMillis());
    }

    private StreamTableJoinOperator join(LookupStep.JoinTable step, Operator next) {
        return new StreamTableJoinOperator(step.kind(), step.joiner(), wiring.lookup(step.table()), next);
    }

    @Override
    public Inlets joinGlobal(LookupStep.JoinGlobal step) {
        return new StreamGlobalTableJoinOperator(
                step, step.kind() == JoinKind.INNER, wiring.globalTable(step.store()), wiring.behind(step));
    }
}
