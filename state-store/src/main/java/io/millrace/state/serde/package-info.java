/**
 * Serdes for values that have no format of their own: Kryo.
 *
 * <p>Called by users. Depends on {@code io.millrace.serde} and Kryo.
 *
 * <ul>
 *   <li>K1: only registered classes are written or read, and none of them by Java serialisation.
 *   <li>K2: the identity of the encoding ({@code name()}) lists the classes in the order of registration, which fixes their ids.
 * </ul>
 */
@NullMarked
package io.millrace.state.serde;

import org.jspecify.annotations.NullMarked;
