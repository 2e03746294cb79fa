package io.millrace.dsl;

import org.jspecify.annotations.Nullable;

/**
 * What became of a row of a table, as a record on its way through a topic.
 *
 * @param before the value that is no more, null if there was none
 * @param after the value that is there now, null if there is none
 */
public record Change<V>(@Nullable V before, @Nullable V after) {}
