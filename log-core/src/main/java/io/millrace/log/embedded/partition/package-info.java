/**
 * One partition: its writer ({@link io.millrace.log.embedded.partition.PartitionLog}), what readers see of it
 * ({@link io.millrace.log.embedded.partition.PartitionView}), how producers write to it
 * ({@link io.millrace.log.embedded.partition.BatchWriter}) and the reader itself
 * ({@link io.millrace.log.embedded.partition.PartitionCursor}).
 *
 * <p>Called by the engine and by the transaction coordinator. May depend on {@code format}, {@code segment}, {@code recovery},
 * {@code producer} and {@code io.millrace.platform}.
 *
 * <ul>
 *   <li>W1: one append writes one batch by one write, under the partition's lock, and is visible by one volatile write of a new view.
 *       Readers take no lock.
 *   <li>W2: order of effects of a marker: file, aborted index, producer state, open transactions, view. A view whose last stable offset is
 *       past a marker therefore always finds the aborted transaction that it ended.
 *   <li>W3: a write that failed leaves nothing: it is cut off again, or the partition is failed for good. Readers go on in either case.
 *   <li>W4: after a failed force nothing is written, forced or acknowledged any more; only a new open, which checks what is there, helps. A full
 *       disk and too many open files are no such failure (a failed force never has their kinds): append, roll, checkpoint and deletion can be
 *       repeated, and lose nothing but time.
 *   <li>W5: the recovery point is written down only after everything below it was forced: data, indexes, and the directory.
 *   <li>W6: with {@code POWER_LOSS}, the high watermark is the offset up to which data was forced, and the last stable offset never passes
 *       it, nor the first record of a transaction that is committed by a marker alone which was not forced: no position that a reader was
 *       given can mean other records after a power cut. An abort is seen at once: if its marker is lost, the transaction is aborted again
 *       before the log is handed out (C8).
 *   <li>W7: what a reader fetched is judged by the aborted transactions of a view that still has its segments. When segments were replaced or
 *       dropped, it looks its place up anew.
 *   <li>W8: segments are deleted or replaced only below the recovery point and below what a power cut leaves decided; their files are closed
 *       by the last reader.
 *   <li>W9: a follower of another process's files ({@link io.millrace.log.embedded.partition.FollowedPartition}) changes nothing, and relies on
 *       what a recovery relies on: below the recovery point on indexes and snapshots, from there on on the batches alone. An index of aborted
 *       transactions is read before the segment that it belongs to is opened, and never while a swap of that segment is under way, so it
 *       names no fewer transactions than the segment holds. What does not fit together is damage only if the directory stood still meanwhile.
 *   <li>W10: a follower never ends silently before what was written for good: the recovery point; if nobody has the log open, the end at which
 *       it was closed ({@code LastEnd}); and, unless a power cut can have come between, any batch that is whole, for a process writes one behind the
 *       other. Its readers are given everything before the damage and then told of it, and the log's end is the one that is known, not that of what
 *       can be read. Beside a writer, a batch behind a hole may be younger than the look at the hole: that is damage only if a second look, begun
 *       when the first had ended, finds the same while the files, the recovery point and what is known of the last end stay what they were.
 *   <li>W11: a transaction that is committed in several partitions is seen in all of them from one instant on, the write of its
 *       {@link io.millrace.log.embedded.partition.CommitHold}. Until then the last stable offset of each stays before its first record there,
 *       marker or not, and nothing from there on is cleaned. What stands behind another transaction in a partition waits for that one's end, too.
 *   <li>W12: once a reader of this process met a batch that is not what was written, no record is appended behind it: whoever tries is told what
 *       the reader was told. Who looks for a timestamp, loads what a coordinator has written, or cleans, is a reader, too. Readers before it go on, and so do forces and the markers of what was begun: other partitions of a transaction wait for those.
 *   <li>W13: records are deleted on demand below the last stable offset only, and after everything there is durable. Readers stop at the new start at
 *       once, on the way, too; segments behind them are left to the cleaner, who alone knows of a compaction under way.
 * </ul>
 */
@NullMarked
package io.millrace.log.embedded.partition;

import org.jspecify.annotations.NullMarked;
