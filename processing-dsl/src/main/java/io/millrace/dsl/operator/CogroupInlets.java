package io.millrace.dsl.operator;

import io.millrace.dsl.TableStep;
import io.millrace.state.KeyValueStore;
import io.millrace.state.Timestamped;
import java.util.List;

/** One aggregate for each stream, all on one store. */
record CogroupInlets(List<AggregateOperator> aggregates) implements Inlets {
    static CogroupInlets of(TableStep.Cogroup step, KeyValueStore<Object, Timestamped<Object>> store, Operator next) {
        return new CogroupInlets(step.aggregators().stream()
                .map(aggregator -> new AggregateOperator(store, step.initial(), aggregator, next))
                .toList());
    }

    @Override
    public Operator inlet(int input) {
        return aggregates.get(input);
    }
}
