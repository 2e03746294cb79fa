package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.ScanDirection;
import io.millrace.state.StateView;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Entries of several partitions in one order. All partitions are opened before the first entry is visited, and stay as they are then. Each is read in
 * pieces that grow, so that the first entries cost little and what is read ahead is bounded.
 *
 * @param views opens the partitions, all or none; who visits closes them
 * @param pieces reads one partition
 */
record MergedPartitions<K, V>(Supplier<List<StateView>> views, Pieces<K, V> pieces) implements Entries.Scan<K, V> {
    /** Of one partition. */
    private static final int MOST_AHEAD = 64;

    private static final int GROWTH = 4;

    /** Reads one partition piece by piece. */
    @FunctionalInterface
    interface Pieces<K, V> {
        /**
         * The entries that come next in the direction, fewer than {@code most} only if there are no more.
         *
         * @param last the one that was read last, null for none
         */
        List<Placed<K, V>> read(StateView view, ScanDirection direction, Placed.@Nullable Place last, int most);
    }

    @Override
    public boolean visit(ScanDirection direction, BiPredicate<? super K, ? super V> action) {
        List<StateView> open = views.get();
        try {
            return merge(open, direction, action);
        } finally {
            open.forEach(StateView::close);
        }
    }

    private boolean merge(List<StateView> open, ScanDirection direction, BiPredicate<? super K, ? super V> action) {
        PriorityQueue<Cursor<K, V>> cursors = new PriorityQueue<>(Cursor::compareNext);
        for (StateView view : open) {
            Cursor<K, V> cursor = new Cursor<>(view, pieces, direction);
            if (cursor.advance()) {
                cursors.add(cursor);
            }
        }
        while (!cursors.isEmpty()) {
            Cursor<K, V> first = cursors.remove();
            Placed<K, V> next = first.next();
            if (!action.test(next.entry().getKey(), next.entry().getValue())) {
                return false;
            }
            if (first.advance()) {
                cursors.add(first);
            }
        }
        return true;
    }

    /** Where one partition is; used by the thread that visits. */
    private static final class Cursor<K, V> {
        private final StateView view;
        private final Pieces<K, V> pieces;
        private final ScanDirection direction;
        private int most = 1;
        private List<Placed<K, V>> piece = List.of();
        private int at = -1;
        private boolean isLast;

        Cursor(StateView view, Pieces<K, V> pieces, ScanDirection direction) {
            this.view = view;
            this.pieces = pieces;
            this.direction = direction;
        }

        Placed<K, V> next() {
            return piece.get(at);
        }

        /** @return false if there is none left */
        boolean advance() {
            at++;
            return at < piece.size() || (!isLast && read());
        }

        private boolean read() {
            Placed.Place last =
                    piece.isEmpty() ? null : piece.get(piece.size() - 1).place();
            piece = pieces.read(view, direction, last, most);
            at = 0;
            isLast = piece.size() < most;
            most = Math.min(MOST_AHEAD, most * GROWTH);
            return !piece.isEmpty();
        }

        /** Which one's next entry comes first. */
        int compareNext(Cursor<K, V> that) {
            int order = next().place().compareTo(that.next().place());
            int stable = order == 0 ? Integer.compare(view.partition(), that.view.partition()) : order;
            return direction == ScanDirection.FORWARD ? stable : -stable;
        }
    }
}
