/**
 * Records that an application set aside because they failed ({@link io.millrace.dsl.ErrorPolicy#deadLetter}): listed, put back or given up,
 * once each.
 *
 * <p>Called by users, by {@code millrace dead-letters}, and by the runtime, which writes letters by {@link io.millrace.dsl.deadletter.Letters}. May
 * depend on the API of the log and of transactions and on {@code io.millrace.dsl}; knows no engine and no running application.
 *
 * <ul>
 *   <li>Q1: a letter is decided at most once, replayed or discarded: what is put back and the note of it commit in one transaction, under a
 *       transactional id that is the topic's, so that of two who decide at once the later fences the earlier.
 *   <li>Q2: a decision is about one topic, not one name: what was decided of a topic that was deleted says nothing of the next of its name.
 *   <li>Q3: letters of a partition are replayed in their order.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.deadletter;

import org.jspecify.annotations.NullMarked;
