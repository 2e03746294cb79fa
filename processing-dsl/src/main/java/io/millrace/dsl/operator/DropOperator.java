package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/** The end of a stream that nobody goes on with. */
enum DropOperator implements Operator {
    INSTANCE;

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        // Nothing comes of it.
    }
}
