/**
 * Random pipelines on random input in a world where anything may fail: whatever is committed is what a plain fold of the committed input says.
 *
 * <p>{@link io.millrace.proof.pipelines.Scenario} is all of it as plain data, {@link io.millrace.proof.pipelines.PlannedPipeline} the program in the DSL, {@link
 * io.millrace.proof.pipelines.Reference} the same program as the documentation of the operators has it, {@link
 * io.millrace.proof.pipelines.PrefixCheck} compares the two.
 */
@NullMarked
package io.millrace.proof.pipelines;

import org.jspecify.annotations.NullMarked;
