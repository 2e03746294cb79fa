package io.millrace.dsl;

import io.millrace.dsl.foreignkey.Subscription;
import io.millrace.serde.Pair;
import io.millrace.serde.PairSerde;
import io.millrace.serde.Serde;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.SortedSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import java.util.List;
import java.util.function.BiFunction;

/** The steps of a join of two tables where the rows of one refer to keys of the other; between them are topics. */
public sealed interface ForeignKeyStep extends Step {
    @Override
    default <R> R accept(Step.Visitor<R> visitor) {
        return visitor.foreignKey(this);
    }

    /** The join's. */
    String name();

    /** {@link Step#accept} among the family. */
    <R> R visit(Visitor<R> visitor);

    /** One method for each kind. */
    interface Visitor<R> {
        R subscribe(Subscribe step);

        R answer(AnswerAll step);

        R resolve(Resolve step);
    }

    /** Each row of the left table sends to the key that it refers to. */
    record Subscribe(
            int id,
            int input,
            String name,
            JoinKind kind,
            BiFunction<Object, Object, Object> foreignKey,
            Serde<Object> foreignKeySerde,
            Serde<Object> valueSerde)
            implements ForeignKeyStep {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public boolean usesBefore() {
            return true;
        }

        @Override
        public boolean changesKey() {
            return true;
        }

        @Override
        public String label() {
            return "subscribe " + name;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.subscribe(this);
        }
    }

    /** Each key of the right table sends to the rows that refer to it. */
    record AnswerAll(
            int id,
            int subscriptions,
            int table,
            String name,
            SortedSpec<Pair<Object, Object>, Subscription> store,
            PairSerde<Object, Object> keySerde)
            implements ForeignKeyStep {
        @Override
        public List<Integer> inputs() {
            return List.of(subscriptions, table);
        }

        @Override
        public List<StoreSpec<?>> stores() {
            return List.of(store);
        }

        @Override
        public boolean changesKey() {
            return true;
        }

        @Override
        public String label() {
            return "answer " + name;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.answer(this);
        }
    }

    /**
     * Each answer meets the row that asked.
     *
     * @param results the store of the step behind it, which has what was told
     */
    record Resolve(
            int id,
            int answers,
            int table,
            String name,
            JoinKind kind,
            BiFunction<Object, Object, Object> foreignKey,
            Joiner<Object, Object, Object, Object> joiner,
            Serde<Object> valueSerde,
            KeyValueSpec<Object, Timestamped<Object>> results)
            implements ForeignKeyStep {
        @Override
        public List<Integer> inputs() {
            return List.of(answers, table);
        }

        @Override
        public boolean usesBefore() {
            return true;
        }

        @Override
        public boolean meetsByKey() {
            return true;
        }

        @Override
        public String label() {
            return kind.label() + " by foreign key " + name;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.resolve(this);
        }
    }
}
