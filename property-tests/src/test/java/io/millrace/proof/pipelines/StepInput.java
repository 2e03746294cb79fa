package io.millrace.proof.pipelines;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/**
 * A record for a step under test.
 *
 * @param isOther for the second topic, if the step reads one
 * @param value null deletes
 * @param timeMillis anywhere: what comes is out of order, and late
 */
record StepInput(boolean isOther, String key, @Nullable Long value, long timeMillis) {
    private static final long START = 1000;
    private static final int LATEST = 60;

    static Arbitrary<StepInput> any() {
        return Combinators.combine(
                        Arbitraries.of(false, true),
                        Arbitraries.integers().between(0, 2).map(key -> "k" + key),
                        Arbitraries.longs().between(0, 9).injectNull(0.15),
                        Arbitraries.longs().between(START, START + LATEST))
                .as(StepInput::new);
    }
}
