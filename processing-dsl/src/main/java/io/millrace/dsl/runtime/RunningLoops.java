package io.millrace.dsl.runtime;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler;
import io.millrace.platform.StorageException;
import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loops of an application, from their start to their end. Safe for use by several threads. */
final class RunningLoops {
    /** What a loop needs to give up what it has, once its code returns. */
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

    private static final String FENCED =
            "What this code has done since the last commit is aborted, and its partitions go to other instances. ";

    private static final Logger LOG = LoggerFactory.getLogger(RunningLoops.class);

    private final String application;
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final List<Running> all = new CopyOnWriteArrayList<>();

    private record Running(String id, LoopStep step, Scheduler.Loop loop) {
        Optional<UserLoop> user() {
            return step instanceof UserLoop loop ? Optional.of(loop) : Optional.empty();
        }

        /** Whether it is the user's code that does not return. */
        boolean isInside() {
            return user().map(user -> user.whereabouts().isInside()).orElse(false);
        }

        String told() {
            String name = "loop '" + id + "'";
            if (!isInside()) {
                return name + ", which is not in code of yours";
            }
            return name + " in "
                    + user().map(user -> user.whereabouts().told()).orElse("")
                    + UserCode.of(loop.stack()).map(frame -> " (" + frame + ")").orElse("");
        }

        /** Where it is, as the stack of an exception. */
        Throwable here() {
            Throwable here = new IllegalStateException("Loop '" + id + "' is here");
            here.setStackTrace(loop.stack().toArray(StackTraceElement[]::new));
            return here;
        }
    }

    RunningLoops(ApplicationCore core) {
        application = core.identity();
        scheduler = core.settings().world().scheduler();
        ticker = core.settings().world().ticker();
    }

    Scheduler.Loop start(String id, LoopStep step, Duration idle) {
        Running started = new Running(id, step, scheduler.start(id, step, idle));
        all.add(started);
        return started.loop;
    }

    /** Whether the caller is in a step of one of them: it would wait for itself. */
    boolean isCalledByLoop() {
        return all.stream().anyMatch(running -> running.loop.isCurrent());
    }

    /** Asks all for their end, after the present record. */
    void stop() {
        for (Running running : all) {
            running.user().ifPresent(user -> user.whereabouts().end());
            running.loop.stop();
        }
    }

    /**
     * Waits until all have ended. The code of the user that has not returned by then is interrupted, and what it has not committed is dropped.
     *
     * @throws LogException with STOP if one goes on all the same, which is fenced
     */
    void awaitEnd(Duration timeout) {
        List<Running> late = awaitEnd(all, timeout);
        if (late.isEmpty()) {
            return;
        }
        LOG.warn(
                "Application {} has not ended within {}: {}. It is interrupted, and what it has not committed is processed again by the next start",
                application,
                timeout,
                told(late));
        for (Running running : late) {
            running.user().ifPresent(user -> user.whereabouts().cutOff());
            if (running.isInside()) {
                running.loop.interrupt();
            }
        }
        List<Running> stuck = awaitEnd(late, AFTER_INTERRUPT);
        if (!stuck.isEmpty()) {
            throw stuck(stuck, timeout);
        }
    }

    /** @return those that have not ended within the time, of all of them together */
    private List<Running> awaitEnd(List<Running> some, Duration timeout) {
        long deadline = ticker.nanos() + Ticker.nanosOf(timeout);
        List<Running> left = new ArrayList<>();
        for (Running running : some) {
            long nanos = Math.max(0, deadline - ticker.nanos());
            if (!running.loop.awaitStopped(Duration.ofNanos(nanos))) {
                left.add(running);
            }
        }
        return left;
    }

    private LogException stuck(List<Running> stuck, Duration timeout) {
        String told = told(stuck);
        boolean isFenced = stuck.stream().anyMatch(Running::isInside);
        List<Throwable> further = new ArrayList<>();
        stuck.stream().skip(1).map(Running::here).forEach(further::add);
        stuck.stream()
                .filter(Running::isInside)
                .flatMap(running -> running.user().stream())
                .forEach(user -> {
                    try {
                        user.fence();
                    } catch (LogException | StorageException e) {
                        further.add(e);
                    }
                });
        LogException thrown = new LogException(
                Disposition.STOP,
                "Application '" + application + "' has not ended within " + timeout + ", nor within "
                        + AFTER_INTERRUPT + " after it was interrupted: " + told
                        + ". Everything committed is intact. " + (isFenced ? FENCED : "")
                        + "The thread and the state of this instance stay until that returns: close() again waits for it, or end the process."
                        + " What may take longer is given AppSettings.withCloseTimeout, or close(Duration)",
                stuck.get(0).here());
        further.forEach(thrown::addSuppressed);
        return thrown;
    }

    private static String told(List<Running> some) {
        return some.stream().map(Running::told).collect(Collectors.joining("; "));
    }
}
