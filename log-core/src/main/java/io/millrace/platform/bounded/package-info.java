/**
 * A storage that keeps a bounded number of files open, however many are in use: a log of a thousand partitions runs within the limit that the
 * system sets for every process.
 *
 * <p>Called by the embedded engine. Depends on {@code platform} alone.
 *
 * <ul>
 *   <li>PB1: whoever uses a file cannot tell that it was closed in between: not by its content, not after a rename, not after its deletion.
 *   <li>PB2: where what is acknowledged has to survive a power cut, a file is forced before it is closed to make room: whoever forces it later
 *       learns of every failed write-back. Elsewhere it is closed as it is, since forcing one file after the other is what makes many
 *       partitions slow. Linux (4.17 and newer) tells of a failed write-back to the first who forces the file after it, also through a
 *       descriptor that was opened later; it forgets only if the failure <em>and</em> the eviction of the unused inode both come before that,
 *       and the engine forces all it wrote every few seconds. The damage would be found by checksums, and the promise of that choice is the
 *       page cache.
 *   <li>PB3: a file whose force has failed stays open, so that it goes on refusing (PF4).
 * </ul>
 */
@NullMarked
package io.millrace.platform.bounded;

import org.jspecify.annotations.NullMarked;
