/**
 * What is sent between the two tables of a join by foreign key, after KIP-213.
 *
 * <p>A row of the left table subscribes to the key that it refers to, in the partition where that lives; every change there is answered to all
 * who subscribed, in the partition where they live. Used by {@code io.millrace.dsl} and {@code operator}; may depend on {@code
 * io.millrace.serde} alone.
 *
 * <ul>
 *   <li>FK1: a row is subscribed to at most one key, but for what is under way.
 *   <li>FK2: an answer counts only if the row is the one that asked: it carries the hash of the row's value, and whatever is answered to a
 *       value that is no more is dropped. So answers of two partitions cannot overtake each other.
 *       Therefore each value that refers to a key is answered, also where that has nothing: the answer that took the result back may be one of
 *       those that were dropped. And a row that still refers to no key loses its result where it lives.
 *   <li>FK3: an answer goes to the partition that asked, whoever chose the partitions of the left table.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.foreignkey;

import org.jspecify.annotations.NullMarked;
