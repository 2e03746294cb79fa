/**
 * What a pipeline becomes before it runs: sub-topologies that share nothing but topics, and how many tasks each has.
 *
 * <p>Called by {@code io.millrace.dsl.runtime}. May depend on {@code io.millrace.dsl} and the log's API. Everything here is pure.
 *
 * <ul>
 *   <li>P1: steps that pass records to each other without a topic in between are in one sub-topology, all others are not.
 *   <li>P2: the same pipeline gives the same topology, with the same numbers.
 *   <li>P3: all inputs of a sub-topology with state have equally many partitions.
 *   <li>P4: a topic through which watermarks travel does not lead back to its writer, so that what one task says goes round no circle.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.plan;

import org.jspecify.annotations.NullMarked;
