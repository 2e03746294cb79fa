package io.millrace.dsl.runtime;

import io.millrace.dsl.AppStatus;
import io.millrace.dsl.StoreRestore;
import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What all loops of an instance restore, as one phase: from when the first task waits for its state until none does and no loop has yet to see what it is given. In a
 * phase what is done never becomes less, whichever loop does it and whatever comes to it. Safe for use by several threads; told once a step of a loop at the most, and only while something restores.
 */
final class RestoreMeter {
    private final Ticker ticker;
    private final Consumer<StoreRestore> stores;
    private final Runnable changed;
    // Guarded by this, and what the parts have told, too.
    private final List<Part> parts = new ArrayList<>();
    private double furthest;
    private volatile boolean isRestoring;
    private long sinceNanos;
    private long nanosBefore;
    private volatile AppStatus.Restoring progress = new AppStatus.Restoring(0, 0, 0, 0, Duration.ZERO, 1);

    /**
     * @param stores told of every store
     * @param changed told that the {@link #progress} is another one
     */
    RestoreMeter(Ticker ticker, Consumer<StoreRestore> stores, Runnable changed) {
        this.ticker = ticker;
        this.stores = stores;
        this.changed = changed;
    }

    /** As it was told last. Never waits. */
    AppStatus.Restoring progress() {
        return progress;
    }

    /** Whether anything is read now. Never waits. */
    boolean isReading() {
        return isRestoring;
    }

    /** That of a loop. */
    synchronized Part newPart() {
        Part part = new Part();
        parts.add(part);
        return part;
    }

    /** @return false if nobody is to be told: between two loops a task is nowhere, and its phase goes on where it comes to */
    private synchronized boolean update() {
        int tasks = 0;
        int begun = 0;
        int waiting = 0;
        int unsettled = 0;
        long records = 0;
        long left = 0;
        long offsets = 0;
        boolean isAnyReading = false;
        for (Part part : parts) {
            tasks += part.tasks;
            begun += part.reading + part.ended;
            waiting += part.tasks - part.reading;
            unsettled += part.isSettled ? 0 : 1;
            isAnyReading |= part.reading > 0;
            records += part.records;
            left += part.offsetsLeft;
            offsets += part.offsets + part.offsetsBefore;
        }
        long nanos = nanos(isAnyReading);
        if (tasks == 0 && (unsettled == 0 || begun == 0)) {
            endPhase();
            progress = new AppStatus.Restoring(0, records, 0, 0, Duration.ofNanos(nanos), 1);
            return true;
        }
        if (offsets > 0) {
            // What has yet to begin is taken to be as large as what has, on average.
            double known = (double) (offsets - left) / offsets;
            furthest = Math.max(furthest, known * begun / (begun + waiting + unsettled));
        }
        progress = new AppStatus.Restoring(
                tasks, records, left, offsets, Duration.ofNanos(nanos), tasks == 0 ? 1 : furthest);
        return tasks > 0;
    }

    private void endPhase() {
        furthest = 0;
        for (Part part : parts) {
            part.ended = 0;
            part.offsetsBefore = 0;
        }
    }

    private long nanos(boolean isAnyReading) {
        long now = ticker.nanos();
        if (isAnyReading && !isRestoring) {
            sinceNanos = now;
        } else if (!isAnyReading && isRestoring) {
            nanosBefore += now - sinceNanos;
        }
        isRestoring = isAnyReading;
        return nanosBefore + (isAnyReading ? now - sinceNanos : 0);
    }

    /** What one loop restores. Used by that loop. */
    final class Part {
        private boolean isSettled = true;
        // Of the present.
        private int tasks;
        private int reading;
        private long offsetsLeft;
        private long offsets;
        // Of what has ended in this phase.
        private int ended;
        private long offsetsBefore;
        // Since the start.
        private long records;

        private Part() {}

        /** A store begins, goes on or ends. */
        void tell(StoreRestore restore) {
            stores.accept(restore);
        }

        /** The loop has tasks that it has yet to be given, or not. */
        void settled(boolean value) {
            boolean isNews;
            synchronized (RestoreMeter.this) {
                if (isSettled == value) {
                    return;
                }
                isSettled = value;
                isNews = update();
            }
            if (isNews) {
                changed.run();
            }
        }

        /** A task has ended its restore, or was broken off, after so many offsets. */
        void ended(long offsetsDone) {
            synchronized (RestoreMeter.this) {
                ended++;
                offsetsBefore += offsetsDone;
            }
        }

        /**
         * How it stands.
         *
         * @param tasks that do not run yet
         * @param reading those of them that read
         * @param records read since the start
         * @param offsetsLeft of those that read
         * @param offsets what these had to read
         */
        void stand(int tasks, int reading, long records, long offsetsLeft, long offsets) {
            boolean isNews;
            synchronized (RestoreMeter.this) {
                this.tasks = tasks;
                this.reading = reading;
                this.records = records;
                this.offsetsLeft = offsetsLeft;
                this.offsets = offsets;
                isNews = update();
            }
            if (isNews) {
                changed.run();
            }
        }
    }
}
