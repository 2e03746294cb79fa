/**
 * Random pipelines on random input in a world where anything may fail: whatever is committed is what a plain fold of the committed input says.
 *
 * <p>{@link io.millrace.proof.pipelines.Scenario} is all of it as plain data, {@link io.millrace.proof.pipelines.PlannedPipeline} the program in the DSL, {@link
 * io.millrace.proof.pipelines.Reference} the same program as the documentation of the operators has it, {@link
 * io.millrace.proof.pipelines.PrefixCheck} compares the two.
 *
 * <p>Beside them each step alone: {@link io.millrace.proof.pipelines.StepCase} has them, {@link io.millrace.proof.pipelines.StepRun} refuses what they send and takes their
 * process away, record by record, and what comes of it is what comes of a quiet run.
 */
@NullMarked
package io.millrace.proof.pipelines;

import org.jspecify.annotations.NullMarked;
