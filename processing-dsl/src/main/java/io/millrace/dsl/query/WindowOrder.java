package io.millrace.dsl.query;

import io.millrace.serde.BytesView;
import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StateView;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.WindowStore;
import io.millrace.state.time.Windowed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Windows of one partition in the order of time, then of the keys' bytes.
 *
 * @param first the first start
 * @param last the last one
 */
record WindowOrder<K, V>(WindowSpec<KeyWithBytes<K>, V> spec, KeyRange keys, long first, long last)
        implements MergedPartitions.Pieces<Windowed<K>, V> {
    static <K, V> WindowOrder<K, V> of(WindowSpec<K, V> spec, KeyRange keys, long first, long last) {
        WindowSpec<KeyWithBytes<K>, V> keyed = new WindowSpec<>(
                spec.name(),
                new KeyWithBytes.Format<>(spec.keySerde()),
                spec.valueSerde(),
                spec.sizeMillis(),
                spec.advanceMillis(),
                spec.retentionMillis(),
                spec.isTimeTold());
        return new WindowOrder<>(keyed, keys, first, last);
    }

    @Override
    public List<Placed<Windowed<K>, V>> read(
            StateView view, ScanDirection direction, Placed.@Nullable Place before, int most) {
        WindowStore<KeyWithBytes<K>, V> store = view.storeAs(spec);
        List<Placed<Windowed<K>, V>> piece = new ArrayList<>();
        if (before == null) {
            add(store, keys, first, last, direction, most, piece);
        } else if (direction == ScanDirection.FORWARD) {
            BytesView next = KeyWithBytes.behind(before.key());
            add(store, KeyRange.between(next, keys.to()), before.time(), before.time(), direction, most, piece);
            if (before.time() < last) {
                add(store, keys, before.time() + 1, last, direction, most, piece);
            }
        } else {
            KeyRange lesser = KeyRange.between(keys.from(), before.key());
            add(store, lesser, before.time(), before.time(), direction, most, piece);
            if (before.time() > first) {
                add(store, keys, first, before.time() - 1, direction, most, piece);
            }
        }
        return piece;
    }

    private static <K, V> void add(
            WindowStore<KeyWithBytes<K>, V> store,
            KeyRange keys,
            long first,
            long last,
            ScanDirection direction,
            int most,
            List<Placed<Windowed<K>, V>> piece) {
        Entries<Windowed<KeyWithBytes<K>>, V> found =
                store.fetch(KeyWithBytes.from(keys), KeyWithBytes.to(keys), first, last);
        (direction == ScanDirection.FORWARD ? found : found.reversed())
                .limited(most - piece.size())
                .forEach(entry -> {
                    Windowed<KeyWithBytes<K>> window = entry.getKey();
                    piece.add(new Placed<>(
                            new Placed.Place(window.start(), window.key().bytes(), 0, 0),
                            Map.entry(
                                    new Windowed<>(window.key().present(), window.start(), window.end()),
                                    entry.getValue())));
                });
    }
}
