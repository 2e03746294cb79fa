/**
 * Where orders come from: CSV files, standard input, and a generator that needs neither.
 *
 * <p>Called by {@code bank.command} and {@code bank.audit}. May depend on {@code bank} and on {@code RecordSource} of the DSL.
 *
 * <ul>
 *   <li>N1: from the same position a source gives the same lines again, also in another process.
 *   <li>N2: every line of a file is a header, blank, an order or a dead letter; none is lost, none stops the rest.
 *   <li>N3: the orders of a seed are the same on every machine and JDK, whether they are read from the generator or from its CSV.
 * </ul>
 */
@NullMarked
package io.millrace.examples.bank.input;

import org.jspecify.annotations.NullMarked;
