/**
 * Serdes for values that have no format of their own: Kryo, and JSON by Jackson where the application brings it.
 *
 * <p>Called by users. Depends on {@code io.millrace.serde}, Kryo and Jackson.
 *
 * <ul>
 *   <li>K1: only registered classes are written or read, and none of them by Java serialisation.
 *   <li>K2: the identity of the encoding ({@code name()}) lists the classes in the order of registration, which fixes their ids, and the
 *       fields, record components or constants that Kryo writes of each; so a store refuses bytes of other classes at its opening.
 *   <li>K3: no bytes choose the class that reads them.
 * </ul>
 */
@NullMarked
package io.millrace.state.serde;

import org.jspecify.annotations.NullMarked;
