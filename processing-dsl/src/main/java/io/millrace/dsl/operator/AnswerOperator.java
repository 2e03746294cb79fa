package io.millrace.dsl.operator;

import io.millrace.dsl.foreignkey.Answer;
import io.millrace.dsl.foreignkey.Subscription;
import io.millrace.serde.Pair;
import io.millrace.serde.PairSerde;
import io.millrace.state.SortedStore;
import org.jspecify.annotations.Nullable;

/** Tells all who refer to a key what has become of it. Behind it is a topic, so no store changes while they are looked for. */
record AnswerOperator(
        SortedStore<Pair<Object, Object>, Subscription> store, PairSerde<Object, Object> keySerde, Operator next)
        implements TableOperator {
    @Override
    public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        store.prefix(keySerde.first(key))
                .forEach((pair, subscription) -> next.accept(
                        subscription.primaryKey(),
                        new Answer(subscription.hash(), after, subscription.partition()),
                        context));
    }

    /** What is joined is what the rows are now. */
    @Override
    public void changePast(Object key, @Nullable Object after, RecordContext context) {
        context.countDropped();
    }
}
