package io.millrace.dsl.operator;

import io.millrace.dsl.StatelessStep;

/** Makes the operators that keep nothing. */
record StatelessOperators(Wiring wiring) implements StatelessStep.Visitor<Inlets> {
    @Override
    public Inlets mapValues(StatelessStep.MapValues step) {
        return new MapValuesOperator(step.function(), wiring.behind(step));
    }

    @Override
    public Inlets filter(StatelessStep.Filter step) {
        return new FilterOperator(step.predicate(), wiring.behind(step));
    }

    @Override
    public Inlets map(StatelessStep.MapKeyValue step) {
        return new MapOperator(step.keyFunction(), step.valueFunction(), wiring.behind(step));
    }

    @Override
    public Inlets flatMap(StatelessStep.FlatMap step) {
        return new FlatMapOperator(step.mapper(), wiring.behind(step));
    }

    @Override
    public Inlets flatMapValues(StatelessStep.FlatMapValues step) {
        return new FlatMapValuesOperator(step.function(), wiring.behind(step));
    }

    @Override
    public Inlets peek(StatelessStep.Peek step) {
        return new PeekOperator(step.action(), wiring.behind(step));
    }

    /** Both sides push to the same next operator: a merge costs nothing. */
    @Override
    public Inlets merge(StatelessStep.Merge step) {
        return wiring.behind(step);
    }

    @Override
    public Inlets split(StatelessStep.Split step) {
        return new SplitOperator(step, wiring.outlets(step));
    }
}
