package io.millrace.dsl.operator;

import io.millrace.dsl.foreignkey.Answer;
import io.millrace.dsl.foreignkey.Instruction;
import io.millrace.dsl.foreignkey.Subscription;
import io.millrace.serde.Pair;
import io.millrace.state.SortedStore;
import org.jspecify.annotations.Nullable;

/** Keeps who refers to which key, and answers with what the key has. */
record SubscriptionOperator(SortedStore<Pair<Object, Object>, Subscription> store, TableLookup table, Operator next)
        implements Operator {
    @Override
    public void accept(@Nullable Object foreignKey, @Nullable Object value, RecordContext context) {
        if (!(value instanceof Subscription subscription)
                || (foreignKey == null && subscription.instruction() != Instruction.SUBSCRIBE)) {
            context.countDropped();
            return;
        }
        if (foreignKey != null) {
            keep(Pair.of(foreignKey, subscription.primaryKey()), subscription);
        }
        Object found = foreignKey == null ? null : table.find(foreignKey);
        long timestamp = found == null ? context.timestamp() : Math.max(context.timestamp(), table.timestamp());
        switch (subscription.instruction()) {
            case UNSUBSCRIBE -> {}
            case UNSUBSCRIBE_AND_ANSWER -> answer(subscription, null, timestamp, context);
            case SUBSCRIBE -> answer(subscription, found, timestamp, context);
        }
    }

    private void keep(Pair<Object, Object> key, Subscription subscription) {
        if (subscription.instruction().subscribes()) {
            store.put(key, subscription);
        } else {
            store.delete(key);
        }
    }

    private void answer(Subscription to, @Nullable Object value, long timestamp, RecordContext context) {
        context.accept(next, to.primaryKey(), new Answer(to.hash(), value, to.partition()), timestamp);
    }
}
