/**
 * The log and its transactions on an Apache Kafka cluster: {@link io.millrace.kafka.KafkaLog} is the front door, and the only type that a program
 * names. What differs from the embedded engine, and why, is listed in {@code docs/engines.md}.
 *
 * <p>Called by programs. Depends on the API of {@code io.millrace.log} and {@code io.millrace.transactions}, on what engines share
 * ({@code log.guard}, {@code log.assignment}, {@code transactions.guard}), and on {@code kafka-clients}; never on the embedded engine. It alone names
 * Kafka's classes.
 *
 * <ul>
 *   <li>K1: whatever Kafka's clients throw becomes a {@code LogException} in {@code KafkaErrors}, with the disposition that it has there.
 *   <li>K2: nothing that may be a secret reaches a message, a log line or a {@code toString}.
 *   <li>K3: an indefinite answer stays one: no outcome is guessed. The same call asks again, or a new producer settles it.
 *   <li>K4: where a consumer begins is decided here and not by the client's reset policy, so that nothing is skipped silently.
 * </ul>
 */
@NullMarked
package io.millrace.kafka;

import org.jspecify.annotations.NullMarked;
