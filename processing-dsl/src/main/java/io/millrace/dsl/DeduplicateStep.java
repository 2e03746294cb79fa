package io.millrace.dsl;

import io.millrace.dsl.deduplication.KeyAndId;
import io.millrace.dsl.deduplication.Passed;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Lets the first record of an id through, and none that repeats it.
 *
 * @param name of the store, and of the step in messages
 * @param idOf of a key and a value
 * @param windowMillis how far apart two records happen of which neither repeats the other
 * @param passed when records have passed, by key and id
 * @param expiry when that is to be forgotten
 */
public record DeduplicateStep(
        int id,
        int input,
        String name,
        BiFunction<Object, Object, Object> idOf,
        long windowMillis,
        KeyValueSpec<KeyAndId, Passed> passed,
        TimerSpec<KeyAndId> expiry)
        implements Step {
    /** Where records go that come too late to be judged. */
    public static final Output<Object, Object> LATE = Output.named("late");

    /** Where records go that repeat another one. */
    public static final Output<Object, Object> DUPLICATES = Output.named("duplicates");

    @Override
    public List<Integer> inputs() {
        return List.of(input);
    }

    @Override
    public String label() {
        return "deduplicate " + name;
    }

    @Override
    public String details() {
        return "within " + StepDetails.time(windowMillis);
    }

    @Override
    public List<StoreSpec<?>> stores() {
        return List.of(passed, expiry);
    }

    /** What it keeps is of no use to anybody else. */
    @Override
    public boolean mayEnd() {
        return false;
    }

    @Override
    public <R> R accept(Step.Visitor<R> visitor) {
        return visitor.deduplicate(this);
    }
}
