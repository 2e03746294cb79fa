package io.millrace.state.overlay;

import io.millrace.serde.BytesView;
import java.util.Arrays;

/**
 * The entries of one store of an overlay, in order: as a few sorted runs, each at least twice as long as the next. What was added since the
 * last look becomes a run of its own, and runs of like length are merged. So a scan after each change costs the logarithm of the changes,
 * not all of them sorted anew, and a store that is never scanned costs nothing. No object per entry; entries are named by where they lie.
 * The owner's.
 */
public final class SortedRuns {
    private static final int[] NONE = new int[0];
    private static final int MOST_RUNS = 32;

    private final Overlay overlay;
    private final int store;
    private final int[][] runs = new int[MOST_RUNS][];
    private final BytesView left = new BytesView();
    private final BytesView right = new BytesView();
    private int count;
    private int seen;

    SortedRuns(Overlay overlay, int store) {
        this.overlay = overlay;
        this.store = store;
    }

    public int count() {
        return count;
    }

    /** The entries of a run, the least key first; not to be written. */
    public int[] run(int index) {
        return runs[index];
    }

    /** Where the keys of a run that are not less than {@code key} begin. */
    public int lowerBound(int[] run, BytesView key) {
        int low = 0;
        int high = run.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (overlay.key(run[middle], left).compareTo(key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    void clear() {
        Arrays.fill(runs, 0, count, null);
        count = 0;
        seen = 0;
    }

    void update() {
        int[] added = added();
        seen = overlay.size();
        if (added.length > 0) {
            int[] source = added.clone();
            sort(source, added, 0, added.length);
            runs[count++] = added;
            while (count > 1 && runs[count - 2].length < 2 * runs[count - 1].length) {
                runs[count - 2] = merge(runs[count - 2], runs[count - 1]);
                runs[--count] = null;
            }
        }
    }

    private int[] added() {
        int more = 0;
        for (int i = seen; i < overlay.size(); i++) {
            more += overlay.store(overlay.entry(i)) == store ? 1 : 0;
        }
        if (more == 0) {
            return NONE;
        }
        int[] added = new int[more];
        int next = 0;
        for (int i = seen; i < overlay.size(); i++) {
            int entry = overlay.entry(i);
            if (overlay.store(entry) == store) {
                added[next++] = entry;
            }
        }
        return added;
    }

    /** Merge sort: fewest comparisons, and each comparison reads memory at random. */
    private void sort(int[] source, int[] target, int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = (from + to) >>> 1;
        sort(target, source, from, middle);
        sort(target, source, middle, to);
        int low = from;
        int high = middle;
        for (int i = from; i < to; i++) {
            target[i] = high >= to || (low < middle && isOrdered(source[low], source[high]))
                    ? source[low++]
                    : source[high++];
        }
    }

    private int[] merge(int[] first, int[] second) {
        int[] merged = new int[first.length + second.length];
        int low = 0;
        int high = 0;
        for (int i = 0; i < merged.length; i++) {
            merged[i] = high >= second.length || (low < first.length && isOrdered(first[low], second[high]))
                    ? first[low++]
                    : second[high++];
        }
        return merged;
    }

    private boolean isOrdered(int first, int second) {
        return overlay.key(first, left).compareTo(overlay.key(second, right)) <= 0;
    }
}
