/**
 * Transactions over partitions and offsets, as their users see them. Every engine implements these types; the embedded one is in
 * {@code io.millrace.transactions.embedded}, its coordinator in {@code io.millrace.transactions.coordinator}.
 *
 * <ul>
 *   <li>T1: the records and offsets of a transaction become visible together or not at all.
 *   <li>T2: every end of a transaction raises the producer epoch (KIP-890): nothing that was sent before an end can touch what comes after.
 *   <li>T3: once a producer is initialised, no producer that had its transactional id before has any effect.
 * </ul>
 */
@NullMarked
package io.millrace.transactions;

import org.jspecify.annotations.NullMarked;
