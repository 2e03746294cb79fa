/**
 * The partitioned log as its users see it: topics, producers, consumers, groups, administration. Every engine implements these types; the
 * embedded one is in {@code io.millrace.log.embedded}.
 *
 * <p>Depends on {@code io.millrace.serde} alone; never on an engine.
 *
 * <ul>
 *   <li>A1: within a partition, offsets rise and a record, once readable, never changes.
 *   <li>A2: an acknowledged record survives whatever the log's durability names.
 *   <li>A3: a read-committed reader sees all records of a committed transaction and none of an aborted or open one.
 *   <li>A4: of one group, at most one member owns a partition in a generation, and only the current generation commits offsets.
 * </ul>
 */
@NullMarked
package io.millrace.log;

import org.jspecify.annotations.NullMarked;
