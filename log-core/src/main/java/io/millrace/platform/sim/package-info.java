/**
 * A world that one seed decides: a disk that loses, tears and reorders what was not forced, time that moves only when told, loops that run
 * in seeded order on the caller's thread. Part of the product: programs are tested with it too.
 *
 * <p>Called by tests and by the test kit of the DSL. Depends on {@code platform} alone.
 *
 * <ul>
 *   <li>SIM1: the same seed and the same calls give the same world, byte for byte; {@link io.millrace.platform.sim.SimulatedWorld#trace}
 *       tells whether two runs were the same.
 *   <li>SIM2: what was forced survives every crash; a directory entry survives once its directory was synced.
 *   <li>SIM3: after a power loss each 512-byte sector holds what some prefix of the writes to the file left there, whatever its neighbours
 *       hold; the size is that of some prefix; what no write reached is zero. Changes of directories survive or not one by one.
 *   <li>SIM4: after a crash no call has any effect but to throw {@link io.millrace.platform.sim.SimulatedCrash}.
 * </ul>
 */
@NullMarked
package io.millrace.platform.sim;

import org.jspecify.annotations.NullMarked;
