/**
 * The metrics of an application in Micrometer. Needs {@code io.micrometer:micrometer-core}, which comes with the program that wants it.
 *
 * <p>Called by users. May depend on {@code io.millrace.dsl}, {@code io.millrace.dsl.metrics} and Micrometer; nothing depends on it.
 */
@NullMarked
package io.millrace.dsl.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
