/**
 * {@code millrace topics}: what topics there are, and changes to them.
 *
 * <p>Called by {@code io.millrace.cli.Millrace}. May depend on {@code io.millrace.cli.command} and on the log's API.
 */
@NullMarked
package io.millrace.cli.topics;

import org.jspecify.annotations.NullMarked;
