/**
 * The bank: its orders, its rules, and the pipeline that applies them in order per account, once each.
 *
 * <p>{@code Ledger} has the rules on one screen. Called by {@code bank.input} (where orders come from),
 * {@code bank.audit} (what is checked afterwards) and {@code bank.command}. May depend on the DSL and on what the DSL depends on.
 *
 * <ul>
 *   <li>B1: every order gets exactly one first-leg result, on its account, in the order of the input.
 *   <li>B2: every applied transfer gets exactly one second-leg result: CREDITED on the destination or REFUNDED on the source.
 *   <li>B3: of every account, {@code balance + inFlight} never overflows, so that a refund always has room.
 *   <li>B4: applied OPEN and DEPOSIT − applied WITHDRAW = the sum of all balances + what is in flight, at every committed moment.
 *   <li>B5: an order id that is among the last 1,000 orders of its account, whatever became of them, is a duplicate; what is kept for that
 *       is bounded per account.
 * </ul>
 */
@NullMarked
package io.millrace.examples.bank;

import org.jspecify.annotations.NullMarked;
