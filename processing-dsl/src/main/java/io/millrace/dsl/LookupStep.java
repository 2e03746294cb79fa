package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import io.millrace.state.time.RecordQueueSpec;
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

        R joinAfterGrace(JoinAfterGrace step);

        R joinGlobal(JoinGlobal step);
    }

    /** Each record of a stream, with the row that its key has in a table at that moment; of a versioned table, with that of its timestamp. */
    record JoinTable(int id, int stream, int table, JoinKind kind, Joiner<Object, Object, Object, Object> joiner)
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

    /** The same when event time has passed the record by the grace; until then it waits in a store. */
    record JoinAfterGrace(JoinTable join, long graceMillis, RecordQueueSpec<Object, Object> store)
            implements LookupStep {
        @Override
        public int id() {
            return join.id();
        }

        @Override
        public List<Integer> inputs() {
            return join.inputs();
        }

        @Override
        public List<StoreSpec<?>> stores() {
            return List.of(store);
        }

        @Override
        public boolean mayEnd() {
            return false;
        }

        @Override
        public String label() {
            return join.kind().label() + " " + store.name();
        }

        @Override
        public String details() {
            return "grace " + StepDetails.time(graceMillis);
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.joinAfterGrace(this);
        }
    }

    /**
     * Each record of a stream, with the row that a key made of it has in a global table.
     *
     * @param store that of the table
     * @param keyOf the row's key, of a record's key and value
     */
    record JoinGlobal(
            int id,
            int stream,
            int table,
            String store,
            JoinKind kind,
            BiFunction<Object, Object, Object> keyOf,
            Joiner<Object, Object, Object, Object> joiner)
            implements LookupStep {
        @Override
        public List<Integer> inputs() {
            return List.of(stream);
        }

        @Override
        public List<Integer> lookups() {
            return List.of(table);
        }

        @Override
        public String label() {
            return kind.label() + " with global table " + store;
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.joinGlobal(this);
        }
    }
}
