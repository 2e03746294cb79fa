package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/** One step of a task at work. Owned by the task's thread. */
public interface Operator extends Inlets {
    /**
     * Takes a record.
     *
     * @param key null only behind a topic whose records may lack it
     * @param value null where a record says that there is none: a deletion
     */
    void accept(@Nullable Object key, @Nullable Object value, RecordContext context);

    /**
     * Takes a change of a table. For who cares about the new value alone, a stream of the table's changes, that is a record.
     *
     * @param before what the key had, null if nothing
     * @param after what it has now, null if nothing
     */
    default void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        accept(key, after, context);
    }

    /**
     * Takes a change of what a key of a versioned table was, before what it has now, which stays (KIP-914). For who takes changes as records, that is a record
     * like any other, out of order.
     *
     * @param after what it had from the present timestamp on, null if nothing
     */
    default void changePast(Object key, @Nullable Object after, RecordContext context) {
        accept(key, after, context);
    }

    /** One operator for whatever input. */
    @Override
    default Operator inlet(int input) {
        return this;
    }
}
