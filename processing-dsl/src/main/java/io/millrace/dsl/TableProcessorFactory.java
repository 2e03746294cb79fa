package io.millrace.dsl;

/** Makes the processor of a task; called again whenever a task is built anew. */
@FunctionalInterface
public interface TableProcessorFactory<K, V, R> {
    /** @param stores the task's own stores, those that the step was declared with */
    TableProcessor<K, V, R> create(StoreAccess stores);
}
