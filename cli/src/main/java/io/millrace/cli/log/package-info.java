/**
 * {@code millrace log}: the files of a log as they lie there. What is in them, whether they are what was written, and how to go on where they
 * are not.
 *
 * <p>Called by {@code io.millrace.cli.Millrace}. May depend on {@code io.millrace.cli.command} and on the embedded engine, whose formats
 * it prints. Only {@code repair} changes anything, and only with {@code --execute}.
 */
@NullMarked
package io.millrace.cli.log;

import org.jspecify.annotations.NullMarked;
