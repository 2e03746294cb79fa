/**
 * A storage that is only read, while other processes may change it.
 *
 * <p>Called by the embedded engine. Depends on {@code platform} alone.
 *
 * <ul>
 *   <li>PR1: no call changes anything: not a file, not a name, not a lock.
 * </ul>
 */
@NullMarked
package io.millrace.platform.readonly;

import org.jspecify.annotations.NullMarked;
