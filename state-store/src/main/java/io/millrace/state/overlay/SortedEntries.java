package io.millrace.state.overlay;

import io.millrace.serde.BytesView;

/** Sorts the entries of an overlay by the bytes of their keys, without an object per entry. */
final class SortedEntries {
    private final Overlay overlay;
    private final int[] entries;
    private final BytesView left = new BytesView();
    private final BytesView right = new BytesView();

    private SortedEntries(Overlay overlay, int[] entries) {
        this.overlay = overlay;
        this.entries = entries;
    }

    static int[] of(Overlay overlay, int store) {
        int count = 0;
        for (int i = 0; i < overlay.size(); i++) {
            count += overlay.store(overlay.entry(i)) == store ? 1 : 0;
        }
        int[] entries = new int[count];
        int next = 0;
        for (int i = 0; i < overlay.size(); i++) {
            int entry = overlay.entry(i);
            if (overlay.store(entry) == store) {
                entries[next++] = entry;
            }
        }
        new SortedEntries(overlay, entries).sort();
        return entries;
    }

    private void sort() {
        // Merge sort: fewest comparisons, and each comparison reads memory at random.
        int[] source = entries.clone();
        sort(source, entries, 0, entries.length);
    }

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

    private boolean isOrdered(int first, int second) {
        return overlay.key(first, left).compareTo(overlay.key(second, right)) <= 0;
    }
}
