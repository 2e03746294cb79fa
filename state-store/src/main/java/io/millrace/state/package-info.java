/**
 * State that follows a log: it is staged while a transaction is open, becomes committed when the log says so, and reaches RocksDB in the
 * background. Knows no log: positions are numbers, changes are bytes.
 *
 * <p>Who owns what: a {@link io.millrace.state.PartitionState} and everything it hands out belongs to the task's thread, which stages,
 * promotes and reads without a lock but for the handover at a commit. The writer (the loop that runs {@link
 * io.millrace.state.StateDatabase}, or the commit that finds too much unwritten) owns what it has frozen until it is in the backend.
 * {@code CommittedLayers} is the one place where the two meet.
 *
 * <p>A store is declared by a {@link io.millrace.state.StoreSpec}, which says its type; {@link io.millrace.state.Entries} is how all of them
 * are scanned.
 *
 * <p>Called by the runtime. May depend on {@code io.millrace.platform} and {@code io.millrace.serde} only.
 *
 * <ul>
 *   <li>S1: what is in the backend at position p is the fold of the changelog before p, exactly; data and p are written in one batch.
 *   <li>S2: an uncommitted change never reaches the backend.
 *   <li>S3: a reader in the owner's thread sees its own staged changes; any other reader sees committed state only.
 *       A view is of one moment between two transactions, in all stores.
 *   <li>S4: nothing ever wipes a store because a process ended badly.
 *   <li>S5: a store of a partition has one owner at a time; its next owner finds in the backend what the last one committed.
 *   <li>S6: what is committed and not written is bounded in memory, and so are the offsets that a restart would replay, those included that are
 *       written and not durable: beyond either limit a commit writes before it returns.
 *   <li>S7: a store's manifest is pinned before its first byte; content of another kind, format or serde is refused, never read.
 *   <li>S8: every kind of store is an encoding into one ordered space of bytes ({@code StoreLayer}): its changes, its changelog and its
 *       expiry go through the transaction, and there is no second way.
 *   <li>S9: what is kept of a partition that moved away is caught up only while its changelog still has every deletion since; later it is
 *       dropped, or begins anew.
 *   <li>S10: a store that follows what is not its changelog is pinned to the identity of that; content of another source is dropped, never gone on with.
 * </ul>
 */
@NullMarked
package io.millrace.state;

import org.jspecify.annotations.NullMarked;
