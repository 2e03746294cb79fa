package io.millrace.dsl.runtime;

import io.millrace.platform.LoopStep;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Moves committed state to the backend in the background. */
final class StateWriter implements LoopStep {
    private static final Logger LOG = LoggerFactory.getLogger(StateWriter.class);

    private final StateDatabase database;
    private final LoopObserver observer;

    StateWriter(StateDatabase database, LoopObserver observer) {
        this.database = database;
        this.observer = observer;
    }

    @Override
    public boolean tellsOfFailures() {
        return true;
    }

    @Override
    public int runOnce(long nowNanos) {
        try {
            return database.runOnce(nowNanos);
        } catch (StateException e) {
            if (e.kind() != StateException.Kind.NO_SPACE) {
                observer.failed("state-writer", e.getMessage(), e);
                throw e;
            }
            // Nothing is lost, and memory is bounded: the commit that finds too much unwritten fails.
            LOG.atLevel(observer.isNews(e) ? Level.WARN : Level.DEBUG)
                    .log("Committed state stays in memory until it can be written: {}", e.getMessage());
            return 0;
        } catch (Throwable e) {
            observer.failed("state-writer", e.toString(), e);
            throw e;
        }
    }
}
