/** Runs a pipeline's topology on a log: loops, tasks, commits, restores. */
@NullMarked
package io.millrace.dsl.runtime;

import org.jspecify.annotations.NullMarked;
