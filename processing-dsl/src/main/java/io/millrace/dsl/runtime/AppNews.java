package io.millrace.dsl.runtime;

import io.millrace.dsl.AppListener;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
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

    synchronized Application.Listening add(AppListener listener, String application) {
        listeners.add(listener);
        tell(listener, application, told -> told.stateChanged(state, state));
        return () -> remove(listener);
    }

    private synchronized void remove(AppListener listener) {
        listeners.remove(listener);
    }

    /** Something may have changed. Cheap if nothing has. */
    synchronized void look(RunningApplication application) {
        AppStatus.State now = application.state();
        if (now != state) {
            AppStatus.State before = state;
            state = now;
            LOG.info("Application {} is {}, was {}", application.name(), now, before);
            List.copyOf(listeners)
                    .forEach(listener -> tell(listener, application.name(), told -> told.stateChanged(before, now)));
        }
        if (!listeners.isEmpty() && (now == AppStatus.State.RESTORING || restoringTasks > 0)) {
            lookAtRestoring(application);
        }
    }

    private void lookAtRestoring(RunningApplication application) {
        AppStatus.Restoring progress = application.status().restoring();
        int steps = (int) (progress.fraction() * STEPS);
        if (progress.tasks() != restoringTasks || steps != restoredSteps) {
            restoringTasks = progress.tasks();
            restoredSteps = steps;
            List.copyOf(listeners)
                    .forEach(listener -> tell(listener, application.name(), told -> told.restoring(progress)));
        }
    }

    private static void tell(AppListener listener, String application, Consumer<AppListener> news) {
        try {
            news.accept(listener);
        } catch (RuntimeException e) {
            LOG.warn("A listener of application {} failed", application, e);
        }
    }
}
