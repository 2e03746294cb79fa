/**
 * Bytes and typed values: how keys and values become bytes and come back.
 *
 * <p>Called by every module. Depends on the JDK alone, so that the state store can use it without knowing a log.
 *
 * <ul>
 *   <li>S1: a serde writes into a buffer and reads from a view; it keeps neither after it returns.
 *   <li>S2: {@code read(write(v)).equals(v)} for every value that {@code write} accepts.
 *   <li>S3: bad bytes end in {@link io.millrace.serde.SerdeException}, never in another exception, and never allocate more than the
 *       input's size allows.
 * </ul>
 */
@NullMarked
package io.millrace.serde;

import org.jspecify.annotations.NullMarked;
