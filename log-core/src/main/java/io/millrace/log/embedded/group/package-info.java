/**
 * Consumer groups: who owns which partition, and which offsets are committed.
 *
 * <p>Called by {@code io.millrace.log.embedded} and, for the offsets of transactions, by {@code io.millrace.transactions.embedded}. May
 * depend on {@code io.millrace.log}, {@code io.millrace.platform} and the packages {@code format} and {@code partition}.
 *
 * <ul>
 *   <li>G1: at every instant a partition is owned by at most one member of a group; what moves is revoked and acknowledged first.
 *   <li>G2: only the current generation of a living member commits, and only for partitions that it owns; without members anybody may.
 *   <li>G3: the committed offset is the one of the newest committed record, by the record's own offset; pending ones are never visible and
 *       never dropped but by their marker, or with their topic: nobody deletes a group, or resets its offset, while one waits.
 *   <li>G4: what the tables hold is the fold of {@code __consumer_offsets}, live and after any restart.
 *   <li>G5: a group's epoch, and so the generation of its members, rises for ever, across restarts too.
 *   <li>G6: a committed offset stays until its group or its topic is deleted. Nothing expires: a group that was idle for a month begins where
 *       it stopped, and not where a reset would put it.
 *   <li>G7: what a transaction commits is committed at the instant at which its records are seen, and pending until then, though its marker may
 *       stand here already.
 *   <li>G8: nothing is committed beyond the end of its partition's log: where a committed offset lies there, the log has lost its end.
 * </ul>
 */
@NullMarked
package io.millrace.log.embedded.group;

import org.jspecify.annotations.NullMarked;
