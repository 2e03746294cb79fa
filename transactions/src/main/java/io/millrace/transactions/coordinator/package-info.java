/**
 * The coordinator: which transactions are open, what was decided of them, and the markers that tell the partitions.
 *
 * <p>Called by {@code io.millrace.transactions.embedded} alone. Depends on {@code io.millrace.transactions}, the log's API and batch
 * format, and the JDK; it reaches the log through {@link io.millrace.transactions.coordinator.TransactionParticipants} and
 * {@link io.millrace.transactions.coordinator.TransactionJournal}, so that the rule and the order of effects are tested without files.
 *
 * <ul>
 *   <li>C1: a record is persisted first, applied second, and its effects run last; replay applies by the same method.
 *   <li>C2: a partition is enlisted, in memory, before the first batch of the transaction reaches it. Recovery needs no record of that: it
 *       finds open transactions in the partitions themselves. A thread that stands still between the two for longer than partitions remember
 *       a producer, a day, writes what nobody knows: it is never seen, is listed as orphaned, and ends by a person or by the next opening.
 *   <li>C3: every end of a transaction raises the epoch in the record that decides it, and the markers carry the raised epoch. What the
 *       producer sends with the old epoch meets a closed door, and a decision can never touch the transaction after it (KIP-890).
 *   <li>C4: a decision once persisted stands. Markers that could not be written are written again, by the next call for that id, by
 *       housekeeping or by the next opening.
 *   <li>C5: the record of a decision is not replaced before its markers are as durable as the record that replaces it. Then no opening finds
 *       a transaction without marker whose decision is forgotten. So, against power loss, partitions are forced before the next record of the
 *       id is appended or deferred, and the completion of a journaled decision is not written at all.
 *   <li>C6: the marker of the offsets partition is the last one, so that whoever follows the files from another process and sees the offsets
 *       sees the output and the changelog. It waits for every partition that can be read; a damaged one, which nobody can read, it does not
 *       wait for.
 *   <li>C7: against power loss, a transaction's partitions are forced, at the same time, before its commit is decided, and a decision or a
 *       new epoch is forced before anybody learns of it. Markers are not forced by the
 *       commit: an opening that finds them lost writes them again, and partitions recognise those that are not.
 *   <li>C8: when an opening is done, no transaction is open that is not prepared: its producer died with the process that held the
 *       directory. And no partition knows a higher epoch than the journal, also if a power cut, against which nothing was promised, took
 *       more of the journal.
 *   <li>C9: a transaction that was prepared is ended by whoever says commit or abort, and by nothing else: no timeout, no new owner of the
 *       id, no opening, no expiry. Its record names all its partitions; against power loss, they and the record were forced before anybody
 *       learned of it.
 *   <li>C10: the end of a transaction in one partition is its marker, in no record of the journal: it stands behind the data in the same
 *       file, so one write decides and, against power loss, one force makes both durable. The journal learns of it some time later; an
 *       opening that comes before finds in the partition that the epoch was raised, and lists the id with that epoch as one without a
 *       transaction: how the last one ended is for the partition to say. A clean end comes after that: from the coordinator's close on
 *       every end is journaled, and if the journal could not be written, the end of the log is none that is clean. Not so for offsets,
 *       which are visible with their
 *       marker, for the last epoch, whose end names the next producer id, and for prepared transactions.
 *   <li>C11: a commit is seen in all its partitions and in the offsets at one instant, when every partition that can be read has its marker
 *       ({@link io.millrace.transactions.coordinator.TransactionParticipants.Markers}). What keeps one from its marker, a full disk or a
 *       partition that failed, keeps it from the readers of all; an opening hands the log out after the markers. An abort, of which nobody sees
 *       anything, holds up no partition that has its marker.
 * </ul>
 */
@NullMarked
package io.millrace.transactions.coordinator;

import org.jspecify.annotations.NullMarked;
