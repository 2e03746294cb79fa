package io.millrace.dsl;

/**
 * A {@link Processor} that emits values alone, any number for each record, all with the record's key. So equal keys stay where they are, and
 * steps behind it may go by key.
 *
 * @param <R> of the values that it emits
 */
@FunctionalInterface
public interface ValueProcessor<K, V, R> {
    void process(K key, V value, ValueContext<R> context);
}
