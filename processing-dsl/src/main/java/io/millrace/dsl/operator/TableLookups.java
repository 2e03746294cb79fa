package io.millrace.dsl.operator;

import io.millrace.dsl.Step;
import io.millrace.dsl.TableStep;
import io.millrace.dsl.VersionedStep;
import io.millrace.dsl.WindowStep;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.Timestamped;

/** Makes the lookups of tables. */
record TableLookups(Wiring wiring) implements TableStep.Visitor<TableLookup>, WindowStep.Visitor<TableLookup> {
    /** @param table a step whose records are changes of a table */
    TableLookup of(Step table) {
        if (table instanceof TableStep step) {
            return step.visit(this);
        }
        if (table instanceof VersionedStep step) {
            return new VersionedLookup(wiring.store(step.store()), wiring.context());
        }
        if (table instanceof WindowStep step) {
            return step.visit(this);
        }
        throw new IllegalArgumentException("'" + table.label() + "' is no table");
    }

    private TableLookup of(int table) {
        return of(wiring.step(table));
    }

    private TableLookup stored(KeyValueSpec<Object, Timestamped<Object>> spec) {
        return new StoreLookup(wiring.store(spec));
    }

    @Override
    public TableLookup toTable(TableStep.ToTable step) {
        return stored(step.store());
    }

    @Override
    public TableLookup aggregate(TableStep.Aggregate step) {
        return stored(step.store());
    }

    @Override
    public TableLookup reduce(TableStep.Reduce step) {
        return stored(step.store());
    }

    @Override
    public TableLookup cogroup(TableStep.Cogroup step) {
        return stored(step.store());
    }

    @Override
    public TableLookup timeWindows(WindowStep.OverTime step) {
        return new WindowLookup(wiring.store(step.store()));
    }

    @Override
    public TableLookup slidingWindows(WindowStep.OverSlides step) {
        return new SlidingWindowLookup(wiring.store(step.store()));
    }

    @Override
    public TableLookup sessions(WindowStep.OverSessions step) {
        return new SessionLookup(wiring.store(step.store()));
    }

    @Override
    public TableLookup filter(TableStep.Filter step) {
        return new ComputedLookup(
                of(step.input()), (key, value) -> step.predicate().test(key, value) ? value : null);
    }

    @Override
    public TableLookup mapValues(TableStep.MapValues step) {
        return new ComputedLookup(of(step.input()), step.function());
    }

    @Override
    public TableLookup materialize(TableStep.Materialize step) {
        return stored(step.store());
    }

    @Override
    public TableLookup processValues(TableStep.ProcessValues step) {
        return stored(step.store());
    }

    @Override
    public TableLookup join(TableStep.Join step) {
        return new JoinLookup(of(step.left()), of(step.right()), step.kind(), step.joiner());
    }

    @Override
    public TableLookup regroup(TableStep.Regroup step) {
        throw new IllegalArgumentException("'" + step.label() + "' is on its way to a topic and has no rows");
    }

    @Override
    public TableLookup aggregateChanges(TableStep.AggregateChanges step) {
        return stored(step.store());
    }

    @Override
    public TableLookup reduceChanges(TableStep.ReduceChanges step) {
        return stored(step.store());
    }
}
