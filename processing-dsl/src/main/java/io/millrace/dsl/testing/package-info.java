/**
 * Tests of pipelines, by their users: {@link io.millrace.dsl.testing.PipelineTest} runs one on the real engine in a simulated world, with
 * virtual time and crashes, and {@link io.millrace.dsl.testing.PipelineSimulation} searches for the crashes that break it. Part of the library, so that a test needs no further dependency; needs no library of tests either.
 *
 * <p>Called by tests alone; nothing in Millrace depends on it. May depend on everything that a program may, on the embedded engine and on
 * {@code platform.sim}: it is where an application, a log and a world are put together.
 *
 * <ul>
 *   <li>PT1: what runs is the code that runs in production; only the world under it is simulated.
 *   <li>PT2: the same settings and the same calls give the same run, on every machine.
 *   <li>PT3: nothing runs but inside of a call, on the caller's thread, and virtual time moves in {@code run} and {@code advanceTime} alone (and
 *       while an instance is stopped).
 *   <li>PT4: outputs and state are read as committed; nothing that a test reads can be taken back by a crash that the log's durability covers.
 *   <li>PT5: a scenario of a simulation is plain data: the same text gives the same run, and any part of its events is a scenario, too.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.testing;

import org.jspecify.annotations.NullMarked;
