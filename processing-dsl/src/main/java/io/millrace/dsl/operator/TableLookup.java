package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/**
 * The rows of a table as they are at this moment. A table without a store computes them from those that it is made of. Each user has one of its
 * own, which remembers what it found last.
 */
interface TableLookup {
    /** A timestamp before all others. */
    long NO_TIMESTAMP = -1;

    /** The value of a key, null if it has none. */
    @Nullable Object find(Object key);

    /** The timestamp of what was found last; {@link #NO_TIMESTAMP} if that was nothing. */
    long timestamp();
}
