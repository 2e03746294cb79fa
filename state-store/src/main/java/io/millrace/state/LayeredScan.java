package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.state.overlay.Overlay;
import io.millrace.state.overlay.SortedRuns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges the entries of a backend's scan with those of the layers above it, in the order of the keys' bytes or against it; the newest layer
 * that has a key decides. Used once, by one thread.
 */
final class LayeredScan implements StateBackend.EntryVisitor {
    private final ScanDirection direction;
    private final StateBackend.EntryVisitor visitor;
    private final List<Run> runs = new ArrayList<>();
    private final BytesView value = new BytesView();
    private boolean isStopped;

    /** The order of the entries of an overlay: its owner's, or that of somebody who only reads it. */
    @FunctionalInterface
    interface Sorting {
        SortedRuns sorted(Overlay overlay, int store);
    }

    /** @param overlays newest first */
    LayeredScan(
            int store,
            List<Overlay> overlays,
            Sorting sorting,
            KeyRange range,
            ScanDirection direction,
            StateBackend.EntryVisitor visitor) {
        this.direction = direction;
        this.visitor = visitor;
        for (Overlay overlay : overlays) {
            SortedRuns sorted = sorting.sorted(overlay, store);
            for (int i = 0; i < sorted.count(); i++) {
                Run run = new Run(overlay, sorted, sorted.run(i), range);
                if (!run.isAtEnd()) {
                    runs.add(run);
                }
            }
        }
    }

    @Override
    public boolean entry(BytesView backendKey, BytesView backendValue) {
        if (!emitBefore(backendKey)) {
            return false;
        }
        Run newest = next();
        if (newest != null && newest.key.equals(backendKey)) {
            return emit(newest);
        }
        isStopped = !visitor.entry(backendKey, backendValue);
        return !isStopped;
    }

    /** Visits what is left when the backend has no more entries. */
    void finish() {
        emitBefore(null);
    }

    private boolean emitBefore(@Nullable BytesView bound) {
        while (!isStopped) {
            Run newest = next();
            if (newest == null || (bound != null && !isBefore(newest.key, bound))) {
                return true;
            }
            emit(newest);
        }
        return false;
    }

    /** The newest of the runs whose next key comes first. */
    private @Nullable Run next() {
        Run first = null;
        for (Run run : runs) {
            if (!run.isAtEnd() && (first == null || isBefore(run.key, first.key))) {
                first = run;
            }
        }
        return first;
    }

    private boolean isBefore(BytesView left, BytesView right) {
        int order = left.compareTo(right);
        return direction == ScanDirection.FORWARD ? order < 0 : order > 0;
    }

    private boolean emit(Run newest) {
        int entry = newest.entry();
        if (!newest.overlay.isTombstone(entry)) {
            isStopped = !visitor.entry(newest.key, newest.overlay.value(entry, value));
        }
        for (Run run : runs) {
            if (run != newest && !run.isAtEnd() && run.key.equals(newest.key)) {
                run.advance();
            }
        }
        newest.advance();
        return !isStopped;
    }

    /** Entries of one overlay within the range, and the next of them. */
    private final class Run {
        private final Overlay overlay;
        private final int[] entries;
        private final int step;
        private final int end;
        private final @Nullable BytesView bound;
        private final BytesView key = new BytesView();
        private int next;

        Run(Overlay overlay, SortedRuns sorted, int[] entries, KeyRange range) {
            this.overlay = overlay;
            this.entries = entries;
            boolean isForward = direction == ScanDirection.FORWARD;
            this.step = isForward ? 1 : -1;
            this.end = isForward ? entries.length : -1;
            this.bound = isForward ? range.to() : range.from();
            this.next = isApart(range) ? end : isForward ? least(sorted, range.from()) : behind(sorted, range.to()) - 1;
            load();
        }

        /**
         * Whether all of the run lies before or behind the range. What is staged or not written yet is often of the newest time alone, and most scans of stores
         * of time are not: that is seen by two entries that are looked at again and again, where a search reads memory all over.
         */
        private boolean isApart(KeyRange range) {
            BytesView from = range.from();
            BytesView to = range.to();
            return (from != null
                            && overlay.key(entries[entries.length - 1], key).compareTo(from) < 0)
                    || (to != null && overlay.key(entries[0], key).compareTo(to) >= 0);
        }

        private int least(SortedRuns sorted, @Nullable BytesView from) {
            return from == null ? 0 : sorted.lowerBound(entries, from);
        }

        private int behind(SortedRuns sorted, @Nullable BytesView to) {
            return to == null ? entries.length : sorted.lowerBound(entries, to);
        }

        boolean isAtEnd() {
            return next == end;
        }

        int entry() {
            return entries[next];
        }

        void advance() {
            next += step;
            load();
        }

        /** Where the range ends is looked for here, and not by a second search: most ranges have few entries of a run, or none. */
        private void load() {
            if (!isAtEnd()) {
                overlay.key(entries[next], key);
                if (bound != null && isBeyond(key, bound)) {
                    next = end;
                }
            }
        }

        private boolean isBeyond(BytesView found, BytesView limit) {
            int order = found.compareTo(limit);
            return step > 0 ? order >= 0 : order < 0;
        }
    }
}
