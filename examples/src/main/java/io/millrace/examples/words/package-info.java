/**
 * Words counted: the smallest pipeline with state and a repartition topic, to begin with.
 *
 * <p>Called by {@code io.millrace.examples}. May depend on the DSL and on the front doors of the embedded engine and of state.
 */
@NullMarked
package io.millrace.examples.words;

import org.jspecify.annotations.NullMarked;
