package io.millrace.dsl;

/** Makes the processor of a task; called again whenever a task is built anew. */
@FunctionalInterface
public interface ProcessorFactory<K, V> {
    /** @param stores the task's own stores, those that the step was declared with */
    Processor<K, V> create(StoreAccess stores);
}
