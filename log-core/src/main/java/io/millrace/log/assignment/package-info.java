/**
 * How the partitions of a group are shared among its members: pure rules, and the same on every engine whose members decide it, or whose log does.
 *
 * <p>Called by engines. Depends on {@code io.millrace.log} alone.
 *
 * <ul>
 *   <li>S1: every partition of a topic that somebody subscribes to goes to exactly one of its subscribers.
 *   <li>S2: the same input gives the same assignment, in whatever order it comes.
 * </ul>
 */
@NullMarked
package io.millrace.log.assignment;

import org.jspecify.annotations.NullMarked;
