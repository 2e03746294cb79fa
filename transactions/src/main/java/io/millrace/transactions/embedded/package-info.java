/**
 * The embedded log with transactions: what an application opens when it runs on files of its own.
 *
 * <p>Called by applications and by the runtime through {@link io.millrace.transactions.TransactionalLog}. Depends on the embedded engine
 * and on {@code io.millrace.transactions.coordinator}; the facade stands here because here both halves are visible.
 *
 * <ul>
 *   <li>E1: a batch of a transaction is appended only after its partition was enlisted; a partition that refuses a batch makes the
 *       transaction one that can only be aborted.
 *   <li>E2: sequences begin at 0 with every transaction, since each has an epoch of its own.
 *   <li>E3: all work of a transaction happens on the caller's thread: no hand-over, no queue, no lock per record.
 *   <li>E4: every batch that a transaction writes, and all offsets, are a sign of life of it: who writes does not time out. A producer that
 *       is shut out is told by what: its successor, its timeout, or a person.
 * </ul>
 */
@NullMarked
package io.millrace.transactions.embedded;

import org.jspecify.annotations.NullMarked;
