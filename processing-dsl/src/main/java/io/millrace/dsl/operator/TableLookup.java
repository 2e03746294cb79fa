package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/**
 * The rows of a table as they are at this moment, and of a versioned one as they were. A table without a store computes them from those that it is made of. Each user has one of its
 * own, which remembers what it found last.
 */
interface TableLookup {
    /** A timestamp before all others. */
    long NO_TIMESTAMP = -1;

    /** The value of a key, null if it has none. */
    @Nullable Object find(Object key);

    /** What the value of a key was at a time, in a table that knows; else what it is now. */
    default @Nullable Object find(Object key, long asOf) {
        return find(key);
    }

    /** The timestamp of what was found last; {@link #NO_TIMESTAMP} if that was nothing. */
    long timestamp();
}
