/**
 * What commands share: how they are told which log they work on and open it, read sizes, durations and times, ask for consent, print, and end.
 *
 * <p>Called by every family of commands and by the commands of other modules. May depend on the log and its transactions. Everything a
 * command says goes through its {@link io.millrace.cli.command.Console}, so that tests stand where a terminal would.
 */
@NullMarked
package io.millrace.cli.command;

import org.jspecify.annotations.NullMarked;
