/**
 * {@code millrace groups}: where consumer groups stand, and how they are put elsewhere.
 *
 * <p>Called by {@code io.millrace.cli.Millrace}. May depend on {@code io.millrace.cli.command} and on the log's API.
 */
@NullMarked
package io.millrace.cli.groups;

import org.jspecify.annotations.NullMarked;
