package io.millrace.dsl.operator;

import io.millrace.dsl.Emitter;
import io.millrace.dsl.FlatMapper;
import org.jspecify.annotations.Nullable;

/** Any number of records from one. It is its own emitter, so that a record costs no object. */
final class FlatMapOperator implements Operator, Emitter<Object, Object> {
    private final FlatMapper<Object, Object, Object, Object> mapper;
    private final Operator next;
    private @Nullable RecordContext present;

    FlatMapOperator(FlatMapper<Object, Object, Object, Object> mapper, Operator next) {
        this.mapper = mapper;
        this.next = next;
    }

    @Override
    @SuppressWarnings("NullAway") // whether keys and values may be missing, the user's types say
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        present = context;
        try {
            mapper.flatMap(key, value, this);
        } finally {
            present = null;
        }
    }

    @Override
    public void emit(Object key, Object value) {
        RecordContext context = present;
        if (context == null) {
            throw new IllegalStateException("An emitter is of use only during flatMap()");
        }
        next.accept(key, value, context);
    }
}
