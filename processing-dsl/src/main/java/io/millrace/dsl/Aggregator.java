package io.millrace.dsl;

import org.jspecify.annotations.Nullable;

/**
 * Adds a record to the value that stands for its key so far, or takes it away again. Gives the new value, or null if there is to be none;
 * must not change the old one.
 */
@FunctionalInterface
public interface Aggregator<K, V, A> {
    @Nullable A add(K key, V value, A aggregate);
}
