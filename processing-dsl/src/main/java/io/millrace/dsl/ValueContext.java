package io.millrace.dsl;

/** The context of a {@link ValueProcessor}: what it emits has the key of the present record. */
public interface ValueContext<V> extends StepContext {
    /** Hands a value on with the key and the timestamp of the present record. */
    void emit(V value);

    /** Hands a value on with the key of the present record and a timestamp of its own. */
    void emit(V value, long timestamp);
}
