/**
 * A storage that keeps a bounded number of files open, however many are in use: a log of a thousand partitions runs within the limit that the
 * system sets for every process.
 *
 * <p>Called by the embedded engine. Depends on {@code platform} alone.
 *
 * <ul>
 *   <li>PB1: whoever uses a file cannot tell that it was closed in between: not by its content, not after a rename, not after its deletion.
 *   <li>PB2: a file is forced before it is closed to make room, since an error of a later write-back would be told to nobody.
 *   <li>PB3: a file whose force has failed stays open, so that it goes on refusing (PF4).
 * </ul>
 */
@NullMarked
package io.millrace.platform.bounded;

import org.jspecify.annotations.NullMarked;
