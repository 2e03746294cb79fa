/**
 * Decoded values that were read or written lately, so that a hot key costs neither a decoding nor a call into RocksDB.
 *
 * <p>Called by {@code io.millrace.state}. May depend on Caffeine only.
 *
 * <ul>
 *   <li>C1: what {@code find} returns is what the layers below would answer: a value, or that there is none.
 *   <li>C2: an aborted transaction leaves nothing behind, and aborting costs the same whatever the number of its changes.
 *   <li>C3: the limits of all caches together are the budget at most, at every moment.
 * </ul>
 */
@NullMarked
package io.millrace.state.cache;

import org.jspecify.annotations.NullMarked;
