package io.millrace.dsl.deduplication;

import org.jspecify.annotations.Nullable;

/**
 * What two records have in common of which one repeats the other.
 *
 * @param part null, or by its first time a part of what is kept of them
 */
public record KeyAndId(Object key, Object id, @Nullable Long part) {
    public KeyAndId(Object key, Object id) {
        this(key, id, null);
    }

    /** One part of what is kept of them. */
    public KeyAndId part(long start) {
        return new KeyAndId(key, id, start);
    }
}
