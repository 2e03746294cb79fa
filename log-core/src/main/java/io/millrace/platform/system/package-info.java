/**
 * The real world: files, the system's clocks, entropy, threads. The one package that names them.
 *
 * <p>Called by whoever opens a log for real. Depends on {@code platform} and {@code platform.file}.
 *
 * <ul>
 *   <li>PS1: a signal given to a waiter or loop is never lost: it ends the present wait or the next.
 *   <li>PS2: a loop's step and its end run on the loop's own thread, and every loop that ends runs {@code onStop} once.
 * </ul>
 */
@NullMarked
package io.millrace.platform.system;

import org.jspecify.annotations.NullMarked;
