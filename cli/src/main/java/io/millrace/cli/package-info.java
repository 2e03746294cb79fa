/**
 * The launcher: {@code millrace}, and its commands on a log, a package for each family of them.
 *
 * <p>Called by the {@code millrace} script. May depend on the log and its transactions, and knows none of the programs that are built on them:
 * a module that has a command of its own, such as the examples, names it as a {@link io.millrace.cli.command.Subcommand}. A family of commands
 * depends on {@code command}, which every family shares, and on no other family.
 *
 * <ul>
 *   <li>M1: the exit status is 0 for success, 1 for a run that failed or whose audit failed, 2 for a command line, an input or a directory
 *       that cannot be used, 3 if the script could not build or start it, 4 if what would be done was only said, 130 or 143 if a signal stopped it, 141 if whoever read
 *       its output went away.
 *   <li>M2: what a program could read goes to standard output; progress and messages go to standard error.
 *   <li>M3: what takes something away says first what, and does it only when told to ({@link io.millrace.cli.command.Consent}).
 * </ul>
 */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
