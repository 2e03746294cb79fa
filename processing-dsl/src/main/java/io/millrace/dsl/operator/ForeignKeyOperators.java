package io.millrace.dsl.operator;

import io.millrace.dsl.ForeignKeyStep;
import io.millrace.dsl.foreignkey.Subscription;
import io.millrace.serde.Pair;
import io.millrace.state.SortedStore;

/** Makes the operators of joins by foreign key. */
record ForeignKeyOperators(Wiring wiring) implements ForeignKeyStep.Visitor<Inlets> {
    @Override
    public Inlets subscribe(ForeignKeyStep.Subscribe step) {
        return new SubscribeOperator(step, wiring.partition(), wiring.behind(step));
    }

    @Override
    public Inlets answer(ForeignKeyStep.AnswerAll step) {
        SortedStore<Pair<Object, Object>, Subscription> store = wiring.store(step.store());
        Operator next = wiring.behind(step);
        Operator subscriptions = new SubscriptionOperator(store, wiring.lookup(step.table()), next);
        Operator changes = new AnswerOperator(store, step.keySerde(), next);
        return input -> input == 0 ? subscriptions : changes;
    }

    @Override
    public Inlets resolve(ForeignKeyStep.Resolve step) {
        ResolveOperator answers = new ResolveOperator(
                step, wiring.lookup(step.table()), wiring.store(step.results()), wiring.behind(step));
        Operator changes = answers.changes();
        return input -> input == 0 ? answers : changes;
    }
}
