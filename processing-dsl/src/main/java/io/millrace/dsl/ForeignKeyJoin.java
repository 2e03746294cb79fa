package io.millrace.dsl;

import io.millrace.dsl.foreignkey.Answer;
import io.millrace.dsl.foreignkey.AnswerSerde;
import io.millrace.dsl.foreignkey.BytewiseOrder;
import io.millrace.dsl.foreignkey.Subscription;
import io.millrace.dsl.foreignkey.SubscriptionSerde;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Pair;
import io.millrace.serde.PairSerde;
import io.millrace.serde.Serde;
import io.millrace.state.SortedSpec;
import io.millrace.state.StoreSpec;
import java.util.function.BiFunction;

/** Writes the steps of a join by foreign key: subscriptions to the right table's partitions, answers back to the left one's. */
record ForeignKeyJoin(Pipeline.Builder builder, String name, JoinKind kind) {
    ForeignKeyJoin {
        Names.check("join", name, 80);
    }

    /** @return the step whose records are the results, by the left table's key */
    int add(
            int left,
            int right,
            BiFunction<?, ?, ?> foreignKey,
            Joiner<?, ?, ?, ?> joiner,
            Serde<Object> keySerde,
            Serde<Object> valueSerde,
            Serde<Object> foreignKeySerde,
            Serde<Object> foreignValueSerde,
            Serde<Object> resultSerde) {
        int subscribe = builder.add(id -> new ForeignKeyStep.Subscribe(
                id, left, name, kind, Erased.function(foreignKey), foreignKeySerde, valueSerde));
        Topic<Object, Subscription> subscriptions =
                topic("subscriptions", foreignKeySerde, new SubscriptionSerde(keySerde));
        builder.add(id -> new Step.Sink(id, subscribe, SinkTarget.owned(subscriptions)));
        int asked = builder.stream(subscriptions).step;

        PairSerde<Object, Object> pairs =
                OrderedSerdes.pair(new BytewiseOrder(foreignKeySerde), new BytewiseOrder(keySerde));
        SortedSpec<Pair<Object, Object>, Subscription> store =
                StoreSpec.sorted(name + "-subscriptions", pairs, new SubscriptionSerde(keySerde));
        int answer = builder.add(id -> new ForeignKeyStep.AnswerAll(id, asked, right, name, store, pairs));
        Topic<Object, Answer> answers = topic("answers", keySerde, new AnswerSerde(foreignValueSerde));
        StreamPartitioner<Object, Answer> asker = (key, value, partitions) -> value.partition();
        builder.add(
                id -> new Step.Sink(id, answer, SinkTarget.owned(answers).withPartitioner(Erased.partitioner(asker))));
        int answered = builder.stream(answers).step;
        StoreSpec<?> results = StoreSpec.timestamped(name, keySerde, resultSerde);
        return builder.add(id -> new ForeignKeyStep.Resolve(
                id,
                answered,
                left,
                name,
                kind,
                Erased.function(foreignKey),
                Erased.joiner(joiner),
                valueSerde,
                Erased.table(results)));
    }

    private <T> Topic<Object, T> topic(String what, Serde<Object> keySerde, Serde<T> valueSerde) {
        return Repartition.named(name + "-" + what).topic(builder.name(), keySerde, valueSerde);
    }
}
