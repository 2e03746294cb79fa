/**
 * Orders added up in windows of event time, with what comes too late beside: windows, grace, final results and records that Kryo writes.
 *
 * <p>Called by {@code io.millrace.examples}. May depend on the DSL and on {@code local}.
 */
@NullMarked
package io.millrace.examples.orders;

import org.jspecify.annotations.NullMarked;
