package io.millrace.dsl.runtime;

import io.millrace.log.Disposition;
import io.millrace.state.StateException;

/** What becomes of a loop whose state failed. */
final class StateFailures {
    private StateFailures() {}

    /**
     * Never less than a restart of the loop's tasks: state may have failed after the log has committed, and before all stores have followed.
     * Reopened and replayed, they do.
     */
    static Disposition disposition(StateException.Kind kind) {
        return switch (kind) {
            case NO_SPACE, IO, NOT_HERE -> Disposition.RESTART_TASK;
            case WRONG_LOG, INCOMPATIBLE, LOCKED, CORRUPT, RECORD_TOO_LARGE, TRANSACTION_TOO_LARGE, NO_STATE, CLOSED ->
                Disposition.STOP;
        };
    }
}
