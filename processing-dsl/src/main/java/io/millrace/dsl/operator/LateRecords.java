package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/**
 * Where records go that came too late.
 *
 * @param outlet null if nobody asked for them
 */
record LateRecords(@Nullable Operator outlet) {
    void accept(Object key, @Nullable Object value, RecordContext context) {
        if (outlet == null) {
            context.countDropped();
        } else {
            outlet.accept(key, value, context);
        }
    }
}
