package io.millrace.dsl;

import io.millrace.log.Header;
import java.util.List;

/** The context of a {@link ValueProcessor}: what it emits has the key of the present record. */
public interface ValueContext<V> extends StepContext {
    /** Hands a value on with the key and the timestamp of the present record. */
    void emit(V value);

    /** Hands a value on with the key of the present record and a timestamp of its own. */
    void emit(V value, long timestamp);

    /**
     * Hands a value on with the key of the present record, and with a timestamp and headers of its own, in place of the record's: to add one, give
     * {@link #headers()} and it. Steps behind see them, and so does every topic that is written of this record.
     *
     * @param timestamp {@link #timestamp()} for that of the present record
     * @param headers in order, none of them null; may be empty
     */
    void emit(V value, long timestamp, List<Header> headers);
}
