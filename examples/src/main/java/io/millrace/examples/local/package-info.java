/**
 * What the programs with a pipeline have in common: a log and state in one directory, and CSV.
 *
 * <p>Called by the programs. May depend on the DSL, on the front doors of the embedded engine and of state, and on the errors of the command line.
 */
@NullMarked
package io.millrace.examples.local;

import org.jspecify.annotations.NullMarked;
