/**
 * Stores of keys and times: windows, sessions, records to be joined or to wait, versions, timers. Each is an encoding into the one ordered space of bytes that a
 * {@link io.millrace.state.StoreLayer} is, in parts that are told apart by their first byte; {@code docs/adr/0006-stores-of-time.md} says
 * which layouts and why.
 *
 * <p>Called by users and by the DSL's operators, in the partition's thread. May depend on {@code io.millrace.state} and {@code
 * io.millrace.serde}.
 *
 * <ul>
 *   <li>T1: a store's stream time is the greatest time that it was given, or of one that goes by what it is told the greatest of that, of a versioned
 *       table no greater than what was put; it is part of the store's content, so it is aborted, committed and restored with it.
 *   <li>T2: what is older than stream time less the retention is not seen and not accepted, at once and exactly; so what is seen depends on
 *       what was put alone, not on when the bytes go.
 *   <li>T3: the bytes go with later puts, a bounded number each, as ordinary deletions of the open transaction.
 *   <li>T4: time comes first in the keys of what expires, so expiry and scans of a time read nothing else.
 *   <li>T5: timers and queues do not expire. Nothing is set before the time to which the store says that everything is taken, in every committed state;
 *       their stream time is what they were told, since a timer is set for times to come.
 *   <li>T6: how far the inputs of a store's owner have come is content too, and is known exactly as it was committed; nothing of the store goes by it.
 * </ul>
 */
@NullMarked
package io.millrace.state.time;

import org.jspecify.annotations.NullMarked;
