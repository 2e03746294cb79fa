package io.millrace.dsl.operator;

import io.millrace.dsl.TableStep;
import io.millrace.dsl.VersionedStep;

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

    @Override
    public Inlets reduce(TableStep.Reduce step) {
        return new ReduceOperator(wiring.store(step.store()), step.reducer(), wiring.behind(step));
    }

    @Override
    public Inlets cogroup(TableStep.Cogroup step) {
        return CogroupInlets.of(step, wiring.store(step.store()), wiring.behind(step));
    }

    @Override
    public Inlets filter(TableStep.Filter step) {
        boolean isVersioned = VersionedStep.historyMillis(step, wiring::step).isPresent();
        return new TableFilterOperator(step.predicate(), isVersioned, wiring.behind(step));
    }

    @Override
    public Inlets mapValues(TableStep.MapValues step) {
        return new TableMapValuesOperator(step.function(), wiring.behind(step));
    }

    @Override
    public Inlets materialize(TableStep.Materialize step) {
        return new MaterializeOperator(wiring.store(step.store()), wiring.behind(step));
    }

    @Override
    public Inlets processValues(TableStep.ProcessValues step) {
        ProcessStores stores = new ProcessStores(step.store().name(), step.uses(), wiring);
        return new TableProcessOperator(
                wiring.store(step.store()), step.factory().create(stores), wiring.behind(step));
    }

    @Override
    public Inlets join(TableStep.Join step) {
        Operator next = wiring.behind(step);
        return new TableJoinInlets(
                new TableJoinOperator(true, step, wiring.lookup(step.right()), next),
                new TableJoinOperator(false, step, wiring.lookup(step.left()), next));
    }

    @Override
    public Inlets regroup(TableStep.Regroup step) {
        return new RegroupOperator(step.keyFunction(), step.valueFunction(), wiring.behind(step));
    }

    @Override
    public Inlets aggregateChanges(TableStep.AggregateChanges step) {
        return new AggregateChangesOperator(
                wiring.store(step.store()), step.initial(), step.adder(), step.subtractor(), wiring.behind(step));
    }

    @Override
    public Inlets reduceChanges(TableStep.ReduceChanges step) {
        return new ReduceChangesOperator(
                wiring.store(step.store()), step.adder(), step.subtractor(), wiring.behind(step));
    }
}
