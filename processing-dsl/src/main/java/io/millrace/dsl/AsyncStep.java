package io.millrace.dsl;

import io.millrace.dsl.call.KeptCall;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import java.util.List;
import java.util.Optional;

/**
 * A new value from somebody who is asked, many at a time.
 *
 * @param application whose it is, for the ids of calls
 * @param name for the ids of calls
 * @param kept where values wait that are called about after the commit, in the order in which they came; none if the transaction waits for the answers
 */
public record AsyncStep(
        int id,
        int input,
        String application,
        String name,
        AsyncFunction<Object, Object, Object> function,
        AsyncCalls calls,
        Optional<KeyValueSpec<Long, KeptCall>> kept)
        implements Step {
    AsyncStep withId(int newId) {
        return new AsyncStep(newId, input, application, name, function, calls, kept);
    }

    @Override
    public List<Integer> inputs() {
        return List.of(input);
    }

    @Override
    public List<StoreSpec<?>> stores() {
        return kept.<List<StoreSpec<?>>>map(List::of).orElse(List.of());
    }

    /** What waits is of no key. */
    @Override
    public boolean meetsByKey() {
        return false;
    }

    /** Somebody is told, whatever becomes of the answer. */
    @Override
    public boolean mayEnd() {
        return true;
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
                .addIf(calls.isAfterCommit(), "after the commit")
                .addIf(calls.order() == AsyncCalls.Order.INPUT, "in the order of the input")
                .text();
    }

    @Override
    public <R> R accept(Step.Visitor<R> visitor) {
        return visitor.async(this);
    }
}
