package io.millrace.dsl.operator;

import io.millrace.dsl.TableStep;

/** Makes the operators of tables. */
record TableOperators(Wiring wiring) implements TableStep.Visitor<Inlets> {
    @Override
    public Inlets toTable(TableStep.ToTable step) {
        return new ToTableOperator(wiring.store(step.store()), wiring.behind(step));
    }

    @Override
    public Inlets aggregate(TableStep.Aggregate step) {
        return new AggregateOperator(
                wiring.store(step.store()), step.initial(), step.aggregator(), wiring.behind(step));
    }
}
