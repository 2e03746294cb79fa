/**
 * What a join of two streams keeps beside its records: which of them have met one of the other side, and when those that have not are told of.
 *
 * <p>Used by {@code io.millrace.dsl} and {@code operator}; may depend on {@code io.millrace.serde} and {@code io.millrace.state}.
 *
 * <ul>
 *   <li>SJ1: a record is open until the watermark has passed the last time of a partner, and the grace after it. Two records meet if both are open
 *       when the later one comes.
 *   <li>SJ2: a record that is to be told of alone is in the store of its side, not marked as matched, and in that of unmatched ones at the time of
 *       its close, or in neither so.
 *   <li>SJ3: it leaves the unmatched ones in the transaction that tells of it: with its first partner, or alone when it closes. So it is told alone
 *       once, and then never with a partner, or not at all.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.streamjoin;

import org.jspecify.annotations.NullMarked;
