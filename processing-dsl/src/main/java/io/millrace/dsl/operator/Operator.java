package io.millrace.dsl.operator;

/** One step of a task at work. Owned by the task's thread. */
@FunctionalInterface
public interface Operator {
    void accept(Object key, Object value, RecordContext context);
}
