/**
 * Reads committed state over the partitions of a store, for those who ask from outside of its tasks: {@link io.millrace.dsl.Queries}, and tests.
 *
 * <p>Called by {@code runtime} and {@code testing}. May depend on {@code io.millrace.dsl} and {@code io.millrace.state}.
 *
 * <ul>
 *   <li>Q1: an answer is of committed state alone, and of all partitions that may have it; a partition that cannot be asked is an error.
 *   <li>Q2: a view is open for one question, so that nobody who forgets to close anything keeps state from being freed.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.query;

import org.jspecify.annotations.NullMarked;
