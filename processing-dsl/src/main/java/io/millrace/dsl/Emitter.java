package io.millrace.dsl;

/** Receives the results of a flat map. */
@FunctionalInterface
public interface Emitter<K, V> {
    void emit(K key, V value);
}
