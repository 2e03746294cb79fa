/**
 * Files of the operating system: the one package that names {@code java.nio}'s.
 *
 * <p>Called by {@code platform.system}. Depends on {@code platform} alone.
 *
 * <ul>
 *   <li>PF1: no path leaves the root, and no symbolic link below the root is followed. A file is looked at each time, a directory when
 *       it is first used: what is below the root is its owner's alone (PF3), so nobody else can put a link in a directory's place.
 *   <li>PF2: an interrupt of the calling thread neither fails a call nor closes a file; it is still set when the call returns.
 *   <li>PF3: files are readable and writable by their owner alone, where the file system knows owners.
 *   <li>PF4: after a failed force a file refuses every further write and force, until it is opened anew.
 * </ul>
 */
@NullMarked
package io.millrace.platform.file;

import org.jspecify.annotations.NullMarked;
