package io.millrace.dsl.operator;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Rows of a table that are computed from the rows of another. */
final class ComputedLookup implements TableLookup {
    private final TableLookup parent;
    private final BiFunction<Object, Object, @Nullable Object> function;
    private long timestamp = NO_TIMESTAMP;

    /** @param function gives null for a row that is not there */
    ComputedLookup(TableLookup parent, BiFunction<Object, Object, @Nullable Object> function) {
        this.parent = parent;
        this.function = function;
    }

    @Override
    public @Nullable Object find(Object key) {
        return computed(key, parent.find(key));
    }

    @Override
    public @Nullable Object find(Object key, long asOf) {
        return computed(key, parent.find(key, asOf));
    }

    private @Nullable Object computed(Object key, @Nullable Object found) {
        Object value = found == null ? null : function.apply(key, found);
        timestamp = value == null ? NO_TIMESTAMP : parent.timestamp();
        return value;
    }

    @Override
    public long timestamp() {
        return timestamp;
    }
}
