package io.millrace.dsl.operator;

import io.millrace.dsl.JoinStep;

/** Makes the operators of joins of streams. */
record JoinOperators(Wiring wiring) implements JoinStep.Visitor<Inlets> {
    @Override
    public Inlets streams(JoinStep.OfStreams step) {
        return new StreamJoinInlets(step, wiring);
    }
}
