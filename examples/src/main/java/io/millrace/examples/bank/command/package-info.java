/**
 * The {@code bank} command: options, progress, chaos, the table at the end.
 *
 * <p>Called by {@code io.millrace.cli.Millrace}, which finds it as a service. May depend on every package of the bank, and on what commands share.
 *
 * <ul>
 *   <li>C1: a run's data directory says in {@code bank.properties} which run it belongs to; another run is refused.
 *   <li>C2: a data directory that nobody named is removed at the end, however the run ends short of SIGKILL.
 *   <li>C3: under chaos, a child that loses its parent ends.
 * </ul>
 */
@NullMarked
package io.millrace.examples.bank.command;

import org.jspecify.annotations.NullMarked;
