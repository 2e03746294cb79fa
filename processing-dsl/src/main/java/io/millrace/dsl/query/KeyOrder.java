package io.millrace.dsl.query;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerde;
import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.SortedSpec;
import io.millrace.state.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * The entries of a range of keys over several partitions, in the order of the keys' bytes. All partitions are opened before the first entry is visited,
 * and stay as they are then. Each is read in pieces that grow, so that the first entries cost little and what is read ahead is bounded.
 *
 * @param views opens the partitions, all or none; who visits closes them
 */
record KeyOrder<K, V>(SortedSpec<K, V> spec, KeyRange range, Supplier<List<StateView>> views)
        implements Entries.Scan<K, V> {
    /** Of one partition. */
    private static final int MOST_AHEAD = 64;

    private static final int GROWTH = 4;

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
        SortedSpec<Key<K>, V> keyed = new SortedSpec<>(spec.name(), new KeySerde<>(spec.keySerde()), spec.valueSerde());
        PriorityQueue<Cursor<K, V>> cursors = new PriorityQueue<>(Cursor::compareNext);
        for (StateView view : open) {
            Cursor<K, V> cursor = new Cursor<>(view, keyed, direction, range);
            if (cursor.advance()) {
                cursors.add(cursor);
            }
        }
        while (!cursors.isEmpty()) {
            Cursor<K, V> first = cursors.remove();
            if (!action.test(first.entry().getKey().key(), first.entry().getValue())) {
                return false;
            }
            if (first.advance()) {
                cursors.add(first);
            }
        }
        return true;
    }

    /** A key and its bytes. */
    private record Key<K>(BytesView bytes, K key) {}

    /** Reads a key with its bytes; the bytes and the name are those of the key's own serde. */
    private record KeySerde<K>(OrderedSerde<K> serde) implements OrderedSerde<Key<K>> {
        @Override
        public void write(Key<K> value, BytesWriter out) {
            out.putBytes(value.bytes());
        }

        @Override
        public Key<K> read(BytesView in) {
            return new Key<>(in.copy(), serde.read(in));
        }

        @Override
        public String name() {
            return serde.name();
        }
    }

    /** Where one partition is; used by the thread that visits. */
    private static final class Cursor<K, V> {
        private final StateView view;
        private final SortedSpec<Key<K>, V> spec;
        private final boolean isForward;
        private KeyRange rest;
        private int most = 1;
        private List<Map.Entry<Key<K>, V>> piece = new ArrayList<>();
        private int at = -1;
        private boolean isLast;

        Cursor(StateView view, SortedSpec<Key<K>, V> spec, ScanDirection direction, KeyRange range) {
            this.view = view;
            this.spec = spec;
            this.isForward = direction == ScanDirection.FORWARD;
            this.rest = range;
        }

        Map.Entry<Key<K>, V> entry() {
            return piece.get(at);
        }

        /** @return false if there is none left */
        boolean advance() {
            at++;
            return at < piece.size() || (!isLast && read());
        }

        private boolean read() {
            Entries<Key<K>, V> found = view.range(spec, rest);
            piece = (isForward ? found : found.reversed()).limited(most);
            at = 0;
            isLast = piece.size() < most;
            most = Math.min(MOST_AHEAD, most * GROWTH);
            if (!piece.isEmpty()) {
                BytesView last = piece.get(piece.size() - 1).getKey().bytes();
                rest = isForward ? KeyRange.between(next(last), rest.to()) : KeyRange.between(rest.from(), last);
            }
            return !piece.isEmpty();
        }

        /** The first key behind this one. */
        private static BytesView next(BytesView key) {
            return new BytesWriter(key.length() + 1).putBytes(key).putByte(0).viewInto(new BytesView());
        }

        /** Which one's next entry comes first. */
        int compareNext(Cursor<K, V> that) {
            int order = entry().getKey().bytes().compareTo(that.entry().getKey().bytes());
            int stable = order == 0 ? Integer.compare(view.partition(), that.view.partition()) : order;
            return isForward ? stable : -stable;
        }
    }
}
