package io.millrace.dsl.operator;

import io.millrace.dsl.Output;
import io.millrace.dsl.StatelessStep;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Hands each record to the branch of the first predicate that accepts it. */
final class SplitOperator implements Operator {
    private final List<BiPredicate<Object, Object>> predicates;
    /** One for each predicate, and one for what none accepts. */
    private final Operator[] branches;

    SplitOperator(StatelessStep.Split step, Map<Output<?, ?>, Operator> outlets) {
        predicates = step.predicates();
        branches = new Operator[predicates.size() + 1];
        Arrays.fill(branches, DropOperator.INSTANCE);
        for (int i = 0; i < step.outputs().size(); i++) {
            branches[i] = outlets.getOrDefault(step.outputs().get(i), DropOperator.INSTANCE);
        }
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        int branch = 0;
        while (branch < predicates.size() && !predicates.get(branch).test(key, value)) {
            branch++;
        }
        branches[branch].accept(key, value, context);
    }
}
