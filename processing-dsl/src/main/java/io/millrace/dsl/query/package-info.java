/**
 * Reads committed state over the partitions of a store, for those who ask from outside of its tasks: {@link io.millrace.dsl.Queries}, and tests.
 *
 * <p>Called by {@code runtime} and {@code testing}. May depend on {@code io.millrace.dsl}, {@code io.millrace.state} and the partitioner of {@code io.millrace.log}.
 *
 * <ul>
 *   <li>Q1: an answer is of committed state alone, and of all partitions that may have it; a partition that cannot be asked is an error. What is of one key is in one
 *       partition: where it is found, nothing else may have it.
 *   <li>Q2: a view is open for one question, so that nobody who forgets to close anything keeps state from being freed.
 *   <li>Q3: what comes in one order over several partitions is of views that are all open before the first entry.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.query;

import org.jspecify.annotations.NullMarked;
