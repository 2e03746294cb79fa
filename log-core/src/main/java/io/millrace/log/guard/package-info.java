/**
 * What every engine refuses alike: a second thread inside of what serves one at a time, by wrappers of producers and consumers, and a record that its
 * topic does not take.
 *
 * <p>Called by engines alone. Depends on {@code io.millrace.log} and {@code io.millrace.serde}; never on an engine.
 */
@NullMarked
package io.millrace.log.guard;

import org.jspecify.annotations.NullMarked;
