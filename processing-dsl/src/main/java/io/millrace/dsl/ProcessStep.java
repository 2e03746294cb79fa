package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import java.util.List;

/** A processor with its stores. */
public record ProcessStep(
        int id, int input, String name, ProcessorFactory<Object, Object> factory, List<StoreSpec<?>> stores)
        implements Step {
    public ProcessStep {
        stores = List.copyOf(stores);
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
