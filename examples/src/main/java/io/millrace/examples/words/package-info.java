/**
 * Words counted: the smallest pipeline with state and a repartition topic, to begin with.
 *
 * <p>Called by {@code io.millrace.examples}. May depend on the DSL, on {@code local} and on the front door of the log.
 */
@NullMarked
package io.millrace.examples.words;

import org.jspecify.annotations.NullMarked;
