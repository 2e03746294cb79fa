package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/** The rows of a global table as this instance has them; for one task, in its thread. */
@FunctionalInterface
public interface GlobalRows {
    /** The value of a key as it is now, null if it has none. */
    @Nullable Object find(Object key);
}
