/**
 * Changes of many stores in one flat hash map over bytes: what an open transaction stages, and what is committed and not yet written.
 *
 * <p>Called by {@code io.millrace.state}. May depend on {@code io.millrace.serde} only.
 *
 * <ul>
 *   <li>O1: an overlay holds the newest change of each key, and remembers the order in which the keys first came.
 *   <li>O2: no object per entry; emptying costs the same whatever the size.
 * </ul>
 */
@NullMarked
package io.millrace.state.overlay;

import org.jspecify.annotations.NullMarked;
