package io.millrace.dsl;

import org.jspecify.annotations.Nullable;

/**
 * A step of a table in plain code: gives a row another value, by what it keeps in its stores. One instance per task, used by one thread at a time. What is
 * said of a {@link Processor} holds here, too.
 *
 * @param <R> of the values that it gives
 */
@FunctionalInterface
public interface TableProcessor<K, V, R> {
    /**
     * Called with each change of the table.
     *
     * @param value null where the row was deleted
     * @return the value of the row, null for none
     */
    @Nullable R process(K key, @Nullable V value, StepContext context);
}
