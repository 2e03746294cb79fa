package io.millrace.dsl.runtime;

import io.millrace.dsl.AppListener;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
import io.millrace.dsl.StoreRestore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of what has changed since they were told last. Safe for use by several threads; who tells keeps the others waiting. */
final class AppNews {
    private static final Logger LOG = LoggerFactory.getLogger(AppNews.class);
    private static final int STEPS = 100;

    // Guarded by this.
    private final List<AppListener> listeners = new ArrayList<>();
    private AppStatus.State state = AppStatus.State.CREATED;
    private int restoringTasks;
    private int restoredSteps;
    private boolean hasToldOfRestoring;
    private boolean isTelling;

    synchronized Application.Listening add(AppListener listener, String application) {
        listeners.add(listener);
        tell(listener, application, told -> told.stateChanged(state, state));
        return () -> remove(listener);
    }

    private synchronized void remove(AppListener listener) {
        listeners.remove(listener);
    }

    /** Something may have changed. Cheap if nothing has. What a listener itself changes is told when all have been told of what was before. */
    synchronized void look(RunningApplication application) {
        if (isTelling) {
            return;
        }
        isTelling = true;
        try {
            lookAtState(application);
        } finally {
            isTelling = false;
        }
    }

    private void lookAtState(RunningApplication application) {
        for (AppStatus.State now = application.state(); now != state; now = application.state()) {
            AppStatus.State before = state;
            AppStatus.State after = now;
            state = now;
            LOG.info("Application {} is {}, was {}", application.identity(), after, before);
            List.copyOf(listeners)
                    .forEach(listener -> tell(listener, application.name(), told -> told.stateChanged(before, after)));
        }
    }

    /** How far stores are brought up may have changed. Where there is nothing to read, nothing is told. */
    synchronized void lookAtRestoring(RunningApplication application) {
        AppStatus.Restoring progress = application.restoring();
        if (progress.offsets() == 0 && !hasToldOfRestoring) {
            return;
        }
        hasToldOfRestoring = progress.tasks() > 0;
        int steps = (int) (progress.fraction() * STEPS);
        if (progress.tasks() != restoringTasks || steps != restoredSteps) {
            restoringTasks = progress.tasks();
            restoredSteps = steps;
            List.copyOf(listeners)
                    .forEach(listener -> tell(listener, application.name(), told -> told.restoring(progress)));
        }
    }

    /** Whether the caller is a listener that is told, in whatever thread. */
    boolean isCalledByListener() {
        return Thread.holdsLock(this);
    }

    /** A store begins, goes on or ends to be brought up. */
    synchronized void tell(String application, StoreRestore restore) {
        List.copyOf(listeners).forEach(listener -> tell(listener, application, told -> told.storeRestoring(restore)));
    }

    private static void tell(AppListener listener, String application, Consumer<AppListener> news) {
        try {
            news.accept(listener);
        } catch (Throwable e) {
            if (!Blame.isOfListener(e)) {
                throw e;
            }
            LOG.warn("A listener of application {} failed", application, e);
        }
    }
}
