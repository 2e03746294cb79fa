package io.millrace.dsl.runtime;

import io.millrace.dsl.AppStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Adds up what the loops have published. */
final class StatusSummary {
    private StatusSummary() {}

    static AppStatus of(
            AppStatus.State state, List<TaskLoop> loops, List<IngestLoop<?>> ingestLoops, GlobalStatus globals) {
        long consumed = 0;
        long committed = 0;
        long aborted = 0;
        long skipped = globals.skipped();
        long deadLetters = 0;
        long lag = 0;
        int restoring = globals.restoring().tasks();
        long restored = globals.restoring().records();
        long left = globals.restoring().offsetsLeft();
        long offsets = globals.restoring().offsets();
        long restoringNanos = globals.restoring().nanos();
        for (TaskLoop loop : loops) {
            LoopStatus status = loop.status();
            consumed += status.counters().consumed();
            committed += status.counters().committed();
            aborted += status.counters().aborted();
            skipped += status.counters().skipped();
            deadLetters += status.counters().deadLetters();
            lag += status.counters().lag();
            restoring += status.restoring().tasks();
            restored += status.restoring().records();
            left += status.restoring().offsetsLeft();
            offsets += status.restoring().offsets();
            restoringNanos = Math.max(restoringNanos, status.restoring().nanos());
        }
        long ingested = 0;
        List<AppStatus.IngestStatus> ingests = new ArrayList<>();
        for (IngestLoop<?> loop : ingestLoops) {
            IngestLoopStatus status = loop.status();
            ingested += status.counters().records();
            skipped += status.counters().skipped();
            committed += status.counters().committed();
            aborted += status.counters().aborted();
            if (!status.elsewhere()) {
                ingests.add(new AppStatus.IngestStatus(
                        loop.ingestName(), status.position(), status.size(), status.finished()));
            }
        }
        return new AppStatus(
                state,
                consumed,
                ingested,
                committed,
                aborted,
                skipped,
                deadLetters,
                lag,
                new AppStatus.Restoring(restoring, restored, left, offsets, Duration.ofNanos(restoringNanos)),
                ingests);
    }
}
