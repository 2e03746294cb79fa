/**
 * A real Kafka cluster on this machine's loopback address, for trials and tests: each broker a process of its own, from Kafka's artifacts.
 *
 * <p>Called by the command line and by tests; nothing of the log depends on it. It starts processes and writes files, which the rest of the module does
 * not.
 *
 * <ul>
 *   <li>L1: a broker listens on 127.0.0.1 alone.
 *   <li>L2: a broker that was started attached ends with the process that started it, however that ends.
 *   <li>L3: a process is ended by its id, and only if it is the one that was started.
 * </ul>
 */
@NullMarked
package io.millrace.kafka.local;

import org.jspecify.annotations.NullMarked;
