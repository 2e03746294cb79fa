package io.millrace.dsl.testing;

/** How far the results of a {@link PipelineSimulation}'s scenario must be those of the same input in a run in which nothing goes wrong. */
public enum ResultComparison {
    /** For each key the same records in the same order, and in the same partition; those without a key in any order. */
    PER_KEY,
    /** The same records, in any order. */
    ANY_ORDER,
    /** For each key the same newest value. */
    LATEST_PER_KEY,
    /** Not at all: what is right, invariants say. */
    NONE
}
