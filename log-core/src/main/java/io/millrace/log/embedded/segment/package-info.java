/**
 * One segment of a partition's log: a file of record batches and its indexes, named as Kafka names them.
 *
 * <p>Called by {@code recovery} and {@code partition}. May depend on {@code format} and {@code io.millrace.platform}.
 *
 * <ul>
 *   <li>G1: a segment's batches have rising offsets from its base offset on, which is its file's name.
 *   <li>G2: indexes are hints: each entry that is read from a file is checked against the batch that it points to, and looking an offset up
 *       without any entry gives the same answer.
 *   <li>G3: the aborted-transaction index is not a hint. Its file is there for every closed segment, also without entries, and the segment is rebuilt
 *       whenever it was not closed cleanly, lies behind the recovery point, or that file is missing or not what was written.
 *   <li>G4: one thread writes, under the partition's lock; any thread reads what a view has published.
 *   <li>G5: indexes of the active segment are kept in memory and written when it is closed; until then their files are those of
 *       the last close, or there are none.
 * </ul>
 */
@NullMarked
package io.millrace.log.embedded.segment;

import org.jspecify.annotations.NullMarked;
