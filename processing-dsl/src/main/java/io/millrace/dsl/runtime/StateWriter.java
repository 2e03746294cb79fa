package io.millrace.dsl.runtime;

import io.millrace.platform.LoopStep;
import io.millrace.state.StateDatabase;

/** Moves committed state to the backend in the background. */
final class StateWriter implements LoopStep {
    private final StateDatabase database;
    private final LoopObserver observer;

    StateWriter(StateDatabase database, LoopObserver observer) {
        this.database = database;
        this.observer = observer;
    }

    @Override
    public int runOnce(long nowNanos) {
        try {
            return database.runOnce(nowNanos);
        } catch (RuntimeException | Error e) {
            observer.failed("state-writer", e);
            throw e;
        }
    }
}
