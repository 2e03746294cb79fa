/**
 * {@code millrace topology}: what applications last ran, as they noted it in their log, and what another version of them would do with it.
 *
 * <p>Named to the launcher as a {@link io.millrace.cli.command.Subcommand}. May depend on {@code io.millrace.cli.command}, on the log's API, and on
 * the DSL's plans and what its runtime notes of them. Only reads, whoever has the log open.
 */
@NullMarked
package io.millrace.cli.topology;

import org.jspecify.annotations.NullMarked;
