package io.millrace.dsl.foreignkey;

import org.jspecify.annotations.Nullable;

/**
 * What a row of the left table sends to the key that it refers to, and what is kept there.
 *
 * @param hash of the row's value, null if it has none
 * @param primaryKey the row's
 * @param partition where the row lives
 */
public record Subscription(
        Instruction instruction, @Nullable ValueHash hash, Object primaryKey, int partition) {}
