package io.millrace.dsl;

import java.util.List;
import java.util.function.BiFunction;

/** Steps of a stream that look into a table. */
public sealed interface LookupStep extends Step {
    @Override
    default <R> R accept(Step.Visitor<R> visitor) {
        return visitor.lookup(this);
    }

    /** {@link Step#accept} among the family. */
    <R> R visit(Visitor<R> visitor);

    /** One method for each kind. */
    interface Visitor<R> {
        R joinTable(JoinTable step);
    }

    /** Each record of a stream, with the row that its key has in a table at that moment. */
    record JoinTable(int id, int stream, int table, JoinKind kind, BiFunction<Object, Object, Object> joiner)
            implements LookupStep {
        @Override
        public List<Integer> inputs() {
            return List.of(stream, table);
        }

        @Override
        public boolean meetsByKey() {
            return true;
        }

        @Override
        public String label() {
            return kind.label() + " with a table";
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.joinTable(this);
        }
    }
}
