/**
 * The steps of one task at work: each operator takes a record, does its one thing, and pushes what comes of it to the next.
 *
 * <p>Called by {@code io.millrace.dsl.runtime}. May depend on {@code io.millrace.dsl}, {@code plan}, the log's API and
 * {@code io.millrace.state}. All operators of a task belong to its thread.
 *
 * <p>Steps come in families ({@code StatelessStep}, {@code TableStep}, …), and each has one class here that makes its operators; {@link
 * io.millrace.dsl.operator.OperatorGraph} wires them. What passes between them is a record, or the change of a table: an operator that does
 * not care for what was before takes the change as a record of the new value, so a table's stream of changes is the table itself.
 *
 * <ul>
 *   <li>O1: no operator allocates per record, but for what serdes and the user's functions make; of what is called about it keeps what AS1 needs.
 *   <li>O2: an operator keeps nothing from one record to the next outside of its stores, but for calls that are under way in the open transaction ({@code call}, AS1 to AS5).
 *   <li>O3: every effect of a record (a record sent, a store changed) is known to its {@link io.millrace.dsl.operator.RecordContext}, so that
 *       a failed record without effects can be passed over without an abort.
 *   <li>O4: a table's change names what downstream was last told of the key as the value before, null if nothing: whoever adds and subtracts
 *       comes out even.
 *   <li>O5: a record that lacks the key or value that a step needs, comes too late for it or repeats another one where that is taken out, is dropped
 *       there and counted; nothing else is dropped silently.
 *   <li>O6: a task's watermark is the least of the greatest timestamps of its inputs (but O13), but for idle ones: those that have nothing left, to which
 *       nothing came for the idle timeout. When all are idle it goes on with the clock, that timeout behind it.
 *   <li>O7: it never goes back, but by a roll-back to what is committed, after which the same records come again; a record that failed has not
 *       moved it.
 *   <li>O8: what a restart knows of it is what the steps that act at times have kept in their stores, in the transaction of the records that
 *       brought it: the watermark, and in one of the stores how far each input had come that was ahead of it. It goes on from there as if it had not been one, but that
 *       nothing is idle before the timeout has passed again.
 *   <li>O9: a record that moves it is processed first; then fires all that is due by it, upstream first, and then comes the next record. A task
 *       without such steps, or with nothing due, pays a comparison for it.
 *   <li>O10: a window is closed by the watermark alone, since one input may be ahead of another, and stays closed, over restarts, too: no
 *       record changes it, and none is late or expires that the watermark says is in time, however far ahead others are. A window that is told of once is told and removed in one transaction, after everything that belongs to it.
 *   <li>O11: a record of a join of streams is closed by the watermark alone, since one side may be ahead of the other; the rest is in {@code
 *       streamjoin} (SJ1 to SJ3). However many records a key has, few are in memory at once.
 *   <li>O12: the history of a versioned table is counted back from the watermark by which all that is due has fired, or from the table's greatest
 *       timestamp if that is less, for changes and for lookups. So a record that is behind the watermark by less than the history finds its row, also one that
 *       waited for a grace; and no change of a table is too old because others' time goes on.
 *   <li>O13: where the tasks that write an input say how far they are, the input has reached the least of that, but for those that are idle, and its records move nothing. One that was heard once is waited for
 *       until it says more; of idle ones it is known when they have something due, and the clock stops before that until they have said what comes of it.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.operator;

import org.jspecify.annotations.NullMarked;
