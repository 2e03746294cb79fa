package io.millrace.dsl;

import org.jspecify.annotations.Nullable;

/**
 * The rows of a {@link GlobalTable}, for a step that was declared with it; for reading. As in a join with one, a row is what the instance has at that moment,
 * so that a step which looks is not determined by its records alone. One task, in its thread.
 */
@FunctionalInterface
public interface RowLookup<K, V> {
    /**
     * The value of a key as it is now, or null. Keys are compared by their bytes.
     *
     * @throws io.millrace.state.StateException of kind NOT_HERE while the table is built anew; the record is processed again
     */
    @Nullable V get(K key);
}
