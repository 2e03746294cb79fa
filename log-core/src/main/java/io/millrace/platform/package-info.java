/**
 * The only doors to the world: files, time, randomness, threads. Everything else in Millrace is handed these by constructor, so the whole
 * system runs under simulation.
 *
 * <p>Called by every module; depends on the JDK alone. {@code platform.file} and {@code platform.system} are the real world,
 * {@code platform.sim} the simulated one.
 *
 * <ul>
 *   <li>P1: an {@code IOException} never passes this package; {@link io.millrace.platform.StorageException} does, with its kind.
 *   <li>P2: what was forced survives power loss; what was not may be lost, torn or reordered, alone or in any combination.
 *   <li>P3: after a failed force, nothing about the file's unforced content may be assumed.
 * </ul>
 */
@NullMarked
package io.millrace.platform;

import org.jspecify.annotations.NullMarked;
