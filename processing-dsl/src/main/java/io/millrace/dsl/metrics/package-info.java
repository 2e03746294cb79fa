/**
 * What an application counts, in an interface of its own, so that a program chooses its library of metrics; {@code metrics.micrometer} binds it to
 * Micrometer's.
 *
 * <p>Called by users and by those who bind it to a library. May depend on nothing.
 *
 * <ul>
 *   <li>M1: a metric is pulled: it costs nothing where nobody asks, and nothing per record beyond the addition of a number in its loop.
 *   <li>M2: names, units and tags are API, as {@code docs/operations.md} lists them.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.metrics;

import org.jspecify.annotations.NullMarked;
