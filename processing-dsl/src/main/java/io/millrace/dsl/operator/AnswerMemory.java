package io.millrace.dsl.operator;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What was asked in the open transaction, so that a roll-back, for which one record may be to blame, does not ask again about all the others: who comes again with the same
 * value takes the answer that came, or is under way. In memory alone, and for one transaction; a value of no record is not remembered. Owned by the task's thread.
 */
public final class AnswerMemory {
    /** A transaction with more calls makes the later ones again. */
    private static final int MOST = 10_000;

    private final Map<Which, Asked> asked = new HashMap<>();

    private record Which(String step, String place, String path) {
        static Which of(String step, PendingCall call) {
            return new Which(step, call.origin.place(), call.origin.path());
        }
    }

    private record Asked(@Nullable Object key, @Nullable Object value, CompletionStage<?> stage) {}

    void remember(String step, PendingCall call, CompletionStage<?> stage) {
        if (call.origin.record() != null && asked.size() < MOST) {
            asked.put(Which.of(step, call), new Asked(call.key, call.value, stage));
        }
    }

    /** What failed is asked again. */
    void forget(String step, PendingCall call) {
        asked.remove(Which.of(step, call));
    }

    /** What was asked about the same value; null if nothing was. */
    @Nullable CompletionStage<?> known(String step, PendingCall call) {
        Asked before = call.origin.record() == null ? null : asked.get(Which.of(step, call));
        // A step before may give another value, now that another record is passed over.
        return before != null && Objects.equals(before.key, call.key) && Objects.equals(before.value, call.value)
                ? before.stage
                : null;
    }

    /** The transaction is committed. */
    public void clear() {
        asked.clear();
    }
}
