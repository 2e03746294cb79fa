package io.millrace.dsl.operator;

import io.millrace.dsl.Output;
import io.millrace.dsl.WindowStep;
import io.millrace.state.time.TimerSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the operators of windows. */
record WindowOperators(Wiring wiring) implements WindowStep.Visitor<Inlets> {
    @Override
    public Inlets timeWindows(WindowStep.OverTime step) {
        return new TimeWindowOperator(
                step, wiring.store(step.store()), closings(step.closings()), wiring.behind(step), inputs(step));
    }

    @Override
    public Inlets slidingWindows(WindowStep.OverSlides step) {
        return new SlidingWindowOperator(
                step, wiring.store(step.store()), closings(step.closings()), wiring.behind(step), inputs(step));
    }

    @Override
    public Inlets sessions(WindowStep.OverSessions step) {
        return new SessionOperator(
                step, wiring.store(step.store()), closings(step.closings()), wiring.behind(step), inputs(step));
    }

    private <W> Closings<W> closings(Optional<TimerSpec<W>> spec) {
        return new Closings<>(spec.map(wiring::store).orElse(null));
    }

    private List<WindowOperator.Input> inputs(WindowStep step) {
        Map<Output<?, ?>, Operator> outlets = wiring.outlets(step);
        return step.inlets().stream()
                .map(inlet -> new WindowOperator.Input(inlet.fold(), new LateRecords(outlets.get(inlet.late()))))
                .toList();
    }
}
