/**
 * {@code millrace dead-letters}: what applications set aside because it failed, and what becomes of it.
 *
 * <p>Named to the launcher as a {@link io.millrace.cli.command.Subcommand}. May depend on {@code io.millrace.cli.command}, on the log's API, and on
 * {@code io.millrace.dsl.deadletter}, which does the work. {@code list} and {@code show} only read, whoever has the log open.
 */
@NullMarked
package io.millrace.cli.deadletters;

import org.jspecify.annotations.NullMarked;
