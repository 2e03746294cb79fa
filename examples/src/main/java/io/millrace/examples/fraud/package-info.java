/**
 * Card payments joined with those of the same card that are too near for a journey: a join of a stream with itself, and one alert for what repeats.
 *
 * <p>Called by {@code io.millrace.examples}. May depend on the DSL and on {@code local}.
 */
@NullMarked
package io.millrace.examples.fraud;

import org.jspecify.annotations.NullMarked;
