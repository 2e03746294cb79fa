/**
 * {@code millrace state}: the stores of applications as they lie in RocksDB. What there is, what is in it, and whether it is what the
 * changelogs say.
 *
 * <p>Named to the launcher as a {@link io.millrace.cli.command.Subcommand}. May depend on {@code io.millrace.cli.command}, on the state, on
 * the log's API, and on what a plan calls its changelogs.
 *
 * <ul>
 *   <li>Q1: nothing is written into a directory of state or of a log, whoever owns it; what has to be kept meanwhile is in a directory of its
 *       own, removed at the end.
 *   <li>Q2: what is shown is of one moment, that of the opening, in all stores of a directory; its positions say how far that is.
 *   <li>Q3: what {@code verify} says is different, is: what a compaction of the changelog may have taken is not judged.
 *   <li>Q4: no command holds a store in memory, however large.
 *   <li>Q5: what is damaged is named, by its directory or its store and partition, and hides nothing that is not.
 * </ul>
 */
@NullMarked
package io.millrace.cli.state;

import org.jspecify.annotations.NullMarked;
