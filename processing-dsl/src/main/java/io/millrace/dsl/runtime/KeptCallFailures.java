package io.millrace.dsl.runtime;

import io.millrace.dsl.operator.FailedCall;
import io.millrace.dsl.operator.TaskCalls;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was decided about calls of a task that are made after the commit and failed: over roll-backs, until they are gone. Owned by the task's loop. */
final class KeptCallFailures {
    private final Map<Call, FailedRecord> failures = new HashMap<>();

    private record Call(String step, long number) {}

    private static Call of(FailedCall failed, FailedCall.Kept kept) {
        return new Call(failed.step(), kept.number());
    }

    /** Null if it did not fail before. */
    @Nullable FailedRecord before(FailedCall failed, FailedCall.Kept kept) {
        return failures.get(of(failed, kept));
    }

    void put(FailedCall failed, FailedCall.Kept kept, FailedRecord decided) {
        failures.put(of(failed, kept), decided);
    }

    /** The task was built anew: those that are given up are not made again. */
    void carryOver(TaskCalls calls) {
        failures.forEach((call, failed) -> {
            if (!(failed.decision() instanceof FailureRule.Decision.TryAgain)) {
                calls.failBefore(call.step(), call.number(), failed.error());
            }
        });
    }

    /** What is committed needs no decision. */
    void committed(TaskCalls calls) {
        failures.keySet().removeIf(call -> !calls.isPending(call.step(), call.number()));
    }
}
