package io.millrace.dsl.runtime;

import io.millrace.dsl.runtime.LoopStatus.Restoring;
import io.millrace.platform.Ticker;
import java.util.Collection;

/** Counts what a loop's tasks replay, and how long that takes. Owned by the loop. */
final class RestoreMeter {
    private final Ticker ticker;
    private long recordsBefore;
    /** Of restores that ended while others went on: so that the share that is done never goes back. */
    private long offsetsBefore;

    private long nanosBefore;
    private long sinceNanos;
    private boolean isRestoring;

    RestoreMeter(Ticker ticker) {
        this.ticker = ticker;
    }

    void began() {
        if (!isRestoring) {
            isRestoring = true;
            sinceNanos = ticker.nanos();
        }
    }

    /** @param isLast no other is under way */
    void ended(Restore restore, boolean isLast) {
        recordsBefore += restore.records();
        offsetsBefore += restore.offsets();
        if (isLast) {
            isRestoring = false;
            nanosBefore += ticker.nanos() - sinceNanos;
            offsetsBefore = 0;
        }
    }

    /** @param tasks that do not run yet */
    Restoring progress(int tasks, Collection<Restore> restores) {
        long records = recordsBefore;
        long left = 0;
        long offsets = offsetsBefore;
        for (Restore restore : restores) {
            records += restore.records();
            left += restore.offsetsLeft();
            offsets += restore.offsets();
        }
        long nanos = nanosBefore + (isRestoring ? ticker.nanos() - sinceNanos : 0);
        return new Restoring(tasks, restores.size(), records, left, offsets, nanos);
    }
}
