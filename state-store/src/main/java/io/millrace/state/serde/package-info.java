/**
 * Serdes for values that have no format of their own: Kryo, and JSON by Jackson where the application brings it.
 *
 * <p>Called by users. Depends on {@code io.millrace.serde}, Kryo and Jackson.
 *
 * <ul>
 *   <li>K1: only registered classes are written or read, and none of them by Java serialisation.
 *   <li>K2: the identity of the encoding ({@code name()}) lists the classes in the order of registration, which fixes their ids, and the
 *       fields, record components or constants that Kryo writes of each, and whether it can have subclasses, which decides whether Kryo writes
 *       the class of a field; so a store refuses bytes of other classes at its opening. A serializer of the user's own is told by its name.
 *   <li>K3: bytes choose among the registered classes only, and for the value itself among those that its declared type takes.
 *   <li>K4: a value whose declared type can have subclasses is written with the id of its class, which the identity says.
 *   <li>K5: each registered class that Kryo writes can be made again, or has a registered one that stands for it.
 * </ul>
 */
@NullMarked
package io.millrace.state.serde;

import org.jspecify.annotations.NullMarked;
