package io.millrace.dsl.operator;

import io.millrace.dsl.WindowStep;
import io.millrace.state.time.TimerSpec;
import java.util.Optional;

/** Makes the operators of windows. */
record WindowOperators(Wiring wiring) implements WindowStep.Visitor<Inlets> {
    @Override
    public Inlets timeWindows(WindowStep.OverTime step) {
        return new TimeWindowOperator(
                step, wiring.store(step.store()), closings(step.closings()), wiring.behind(step), late(step));
    }

    @Override
    public Inlets slidingWindows(WindowStep.OverSlides step) {
        return new SlidingWindowOperator(
                step, wiring.store(step.store()), closings(step.closings()), wiring.behind(step), late(step));
    }

    @Override
    public Inlets sessions(WindowStep.OverSessions step) {
        return new SessionOperator(
                step, wiring.store(step.store()), closings(step.closings()), wiring.behind(step), late(step));
    }

    private <W> Closings<W> closings(Optional<TimerSpec<W>> spec) {
        return new Closings<>(spec.map(wiring::store).orElse(null));
    }

    private LateRecords late(WindowStep step) {
        return new LateRecords(wiring.outlets(step).get(WindowStep.LATE));
    }
}
