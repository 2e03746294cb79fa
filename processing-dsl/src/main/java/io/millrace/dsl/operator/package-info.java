/**
 * The steps of one task at work: each operator takes a record, does its one thing, and pushes what comes of it to the next.
 *
 * <p>Called by {@code io.millrace.dsl.runtime}. May depend on {@code io.millrace.dsl}, {@code plan}, the log's API and
 * {@code io.millrace.state}. All operators of a task belong to its thread.
 *
 * <ul>
 *   <li>O1: no operator allocates per record, but for what serdes and the user's functions make.
 *   <li>O2: an operator keeps nothing from one record to the next outside of its stores.
 *   <li>O3: every effect of a record (a record sent, a store changed) is known to its {@link io.millrace.dsl.operator.RecordContext}, so that
 *       a failed record without effects can be passed over without an abort.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.operator;

import org.jspecify.annotations.NullMarked;
