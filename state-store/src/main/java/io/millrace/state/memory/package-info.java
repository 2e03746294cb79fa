/**
 * State that rests in memory, under the same contract as RocksDB: for the simulator and for tests.
 *
 * <p>Called by tests and by the simulated runtime. May depend on {@code io.millrace.state} and {@code io.millrace.serde}.
 *
 * <ul>
 *   <li>M1: a batch is there as a whole or not at all, also after a simulated crash.
 * </ul>
 */
@NullMarked
package io.millrace.state.memory;

import org.jspecify.annotations.NullMarked;
