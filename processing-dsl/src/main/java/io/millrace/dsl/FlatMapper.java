package io.millrace.dsl;

/** Turns one record into any number of records. */
@FunctionalInterface
public interface FlatMapper<K, V, K2, V2> {
    void flatMap(K key, V value, Emitter<K2, V2> out);
}
