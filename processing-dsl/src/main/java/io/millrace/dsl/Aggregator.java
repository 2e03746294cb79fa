package io.millrace.dsl;

/** Adds a record to the value that stands for its key so far. Returns the new value; must not change the old one. */
@FunctionalInterface
public interface Aggregator<K, V, A> {
    A add(K key, V value, A aggregate);
}
