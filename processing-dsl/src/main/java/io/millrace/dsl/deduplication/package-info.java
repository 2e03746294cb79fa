/**
 * What a step that removes duplicates keeps: when records of a key and an id have passed.
 *
 * <p>Used by {@code io.millrace.dsl} and {@code operator}; may depend on {@code io.millrace.serde}.
 *
 * <ul>
 *   <li>DD1: two records of one key and id that have passed happened at least the window apart.
 *   <li>DD2: the time of one that has passed is kept until the watermark is two windows behind it. So every record that is no more than a window behind
 *       the watermark is judged by all that it could repeat; one that is further behind, and repeats nothing that is known, is late and does not pass.
 *   <li>DD3: for each time that is kept there is a timer at or before its end, in the same transaction: that of the first one of its key and id, when nothing was set
 *       by another window.
 *   <li>DD4: a record reads and writes entries of bounded size, and a list of parts as often as those are full: what it costs does not grow with how many of its
 *       key and id are kept.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.deduplication;

import org.jspecify.annotations.NullMarked;
