package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import java.util.List;

/** A processor with its stores, and the global tables that it looks into. */
public record ProcessStep(int id, int input, String name, ProcessorFactory<Object, Object> factory, StepUses uses)
        implements Step {
    @Override
    public List<StoreSpec<?>> stores() {
        return uses.stores();
    }

    @Override
    public List<Integer> lookups() {
        return uses.lookups();
    }

    @Override
    public List<Integer> inputs() {
        return List.of(input);
    }

    @Override
    public boolean mayEnd() {
        return true;
    }

    @Override
    public String label() {
        return "process " + name;
    }

    @Override
    public <R> R accept(Step.Visitor<R> visitor) {
        return visitor.process(this);
    }
}
