package io.millrace.dsl.foreignkey;

import org.jspecify.annotations.Nullable;

/**
 * What a key of the right table sends to a row that refers to it.
 *
 * @param hash of the value that the row had when it asked, null if none
 * @param value of the key, null if it has none
 * @param partition where the row lives
 */
public record Answer(@Nullable ValueHash hash, @Nullable Object value, int partition) {}
