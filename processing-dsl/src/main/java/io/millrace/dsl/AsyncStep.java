package io.millrace.dsl;

import java.util.List;

/**
 * A new value from somebody who is asked, many at a time; the transaction waits for the answers.
 *
 * @param application whose it is, for the ids of calls
 * @param name for the ids of calls
 */
public record AsyncStep(
        int id,
        int input,
        String application,
        String name,
        AsyncFunction<Object, Object, Object> function,
        AsyncCalls calls)
        implements Step {
    @Override
    public List<Integer> inputs() {
        return List.of(input);
    }

    @Override
    public boolean passesAll() {
        return true;
    }

    @Override
    public String label() {
        return "mapAsync " + name;
    }

    @Override
    public String details() {
        return new StepDetails()
                .add(calls.concurrency() + " at a time")
                .addIf(calls.order() == AsyncCalls.Order.INPUT, "in the order of the input")
                .text();
    }

    @Override
    public <R> R accept(Step.Visitor<R> visitor) {
        return visitor.async(this);
    }
}
