/**
 * The command {@code millrace example}, which runs the small programs. The bank is large enough for a command of its own.
 *
 * <p>Found by {@code io.millrace.cli} as a service. May depend on the packages of the programs.
 */
@NullMarked
package io.millrace.examples;

import org.jspecify.annotations.NullMarked;
