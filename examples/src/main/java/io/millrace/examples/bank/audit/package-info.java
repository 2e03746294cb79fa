/**
 * What is checked when the bank has closed for the day: nothing is asked of the pipeline, everything is read from the log as any
 * read-committed reader sees it, and compared with the input.
 *
 * <p>Called by {@code bank.command} and by tests. May depend on {@code bank}, on {@code bank.input} and on the log's API.
 *
 * <ul>
 *   <li>A1: no anomaly is forgiven: every order without a result, result without an order, wrong order, wrong balance or lost money is
 *       counted somewhere, and the audit passes only if all counts are zero.
 *   <li>A2: memory is a few dozen bytes per order of one partition, per account of one partition and per transfer; nothing is boxed.
 *   <li>A3: sums of money are exact, whatever their size.
 * </ul>
 */
@NullMarked
package io.millrace.examples.bank.audit;

import org.jspecify.annotations.NullMarked;
