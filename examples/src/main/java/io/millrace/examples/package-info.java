/**
 * The launcher: {@code millrace}, whose subcommands are the examples.
 *
 * <p>Called by the {@code millrace} script. May depend on everything; nothing depends on it.
 *
 * <ul>
 *   <li>M1: the exit status is 0 for success, 1 for a run that failed or whose audit failed, 2 for a command line, an input or a directory
 *       that cannot be used, 3 if the script could not build or start it, 130 or 143 if a signal stopped it.
 *   <li>M2: what a program could read goes to standard output; progress and messages go to standard error.
 * </ul>
 */
@NullMarked
package io.millrace.examples;

import org.jspecify.annotations.NullMarked;
