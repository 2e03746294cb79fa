/**
 * {@code millrace produce} and {@code millrace consume}: records as lines of text, in and out.
 *
 * <p>Called by {@code io.millrace.cli.Millrace}. May depend on {@code io.millrace.cli.command}, on the log's API and on the transactions' API.
 *
 * <ul>
 *   <li>R1: what is produced in a format is consumed in it as the same text, and what is consumed as a string or as JSON has the bytes of the
 *       record.
 *   <li>R2: a line that is no record is refused with its number, and nothing behind it is written; under a transactional id, nothing at all.
 *   <li>R3: a group's offsets are committed only when what lies before them was written out.
 *   <li>R4: a record costs no object on its way out.
 * </ul>
 */
@NullMarked
package io.millrace.cli.records;

import org.jspecify.annotations.NullMarked;
