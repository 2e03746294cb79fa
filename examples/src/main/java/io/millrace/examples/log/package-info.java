/**
 * The log alone, without a pipeline: a program of one file, to begin with.
 *
 * <p>Called by {@code io.millrace.examples}. May depend on the log's API and on the front door of the embedded engine.
 */
@NullMarked
package io.millrace.examples.log;

import org.jspecify.annotations.NullMarked;
