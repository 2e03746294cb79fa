package io.millrace.dsl.operator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands each record to several steps, in the order in which they were written. */
final class ForkOperator implements Operator {
    private final Operator[] branches;

    ForkOperator(List<Operator> branches) {
        this.branches = branches.toArray(new Operator[0]);
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        for (Operator branch : branches) {
            branch.accept(key, value, context);
        }
    }

    @Override
    public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        for (Operator branch : branches) {
            branch.change(key, before, after, context);
        }
    }

    @Override
    public void changePast(Object key, @Nullable Object after, RecordContext context) {
        for (Operator branch : branches) {
            branch.changePast(key, after, context);
        }
    }
}
