/**
 * State that follows a log: it is staged while a transaction is open, becomes committed when the log says so, and reaches RocksDB in the
 * background. Knows no log: positions are numbers, changes are bytes.
 *
 * <p>Called by the runtime. May depend on {@code io.millrace.platform} and {@code io.millrace.serde} only.
 *
 * <ul>
 *   <li>S1: what is in the backend at position p is the fold of the changelog before p, exactly; data and p are written in one batch.
 *   <li>S2: an uncommitted change never reaches the backend.
 *   <li>S3: a reader in the owner's thread sees its own staged changes; any other reader sees committed state only.
 *   <li>S4: nothing ever wipes a store because a process ended badly.
 * </ul>
 */
@NullMarked
package io.millrace.state;

import org.jspecify.annotations.NullMarked;
