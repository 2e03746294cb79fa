/**
 * What is known of a call of {@code mapAsync} beside its answer, and how that is kept where calls are made after the commit.
 *
 * <p>Used by {@code io.millrace.dsl}, {@code operator} and {@code runtime}; may depend on {@code io.millrace.log} and {@code io.millrace.serde}.
 *
 * <ul>
 *   <li>AS1: what goes on behind the step is what one call after the other would have given, but for what other keys do meanwhile: with the timestamp, headers and
 *       place of its value, judged by the watermark that it came with, before anything closes that was open then.
 *   <li>AS2: answers go on in the order of the values of their line, which is that of the key, or one for all; none goes on twice.
 *   <li>AS3: a value is either in the open transaction, which is not committed before its answer has gone on, or, where calls are made after the commit, in the step's
 *       store, from the transaction that it came in to the one in which its answer goes on or it is given up; about what is not committed nobody is asked then.
 *   <li>AS4: at most as many values as the step's limit are called about at once, and a task with so many takes no further record.
 *   <li>AS5: two values have two ids, and a value that comes again has the one that it had.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.call;

import org.jspecify.annotations.NullMarked;
