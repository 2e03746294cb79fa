/**
 * Opening a partition's files: what is trusted, what is checked, what is cut off, and when a person has to look.
 *
 * <p>Called by {@code partition}. May depend on {@code format}, {@code segment}, {@code producer} and {@code io.millrace.platform}.
 *
 * <ul>
 *   <li>R1: the recovery point is an offset below which everything is durable; it is written down only after that was made so.
 *   <li>R2: bytes below the recovery point are never cut off: if they are not what was written, the log does not open.
 *       The same holds below the end at which it was closed, while the system has run on since ({@code LastEnd}).
 *   <li>R3: otherwise the log ends before the first batch that is damaged or out of place, and everything behind it is
 *       deleted: what is recovered is a prefix of what was appended.
 *   <li>R4: recovery may be interrupted anywhere and repeated; what it removes is durably removed before anything new is appended.
 *   <li>R5: the log starts at the log start offset that is written down, whatever files are left below it. What an interrupted change left is
 *       deleted or completed ({@code Leftover}) before anything is read.
 * </ul>
 */
@NullMarked
package io.millrace.log.embedded.recovery;

import org.jspecify.annotations.NullMarked;
