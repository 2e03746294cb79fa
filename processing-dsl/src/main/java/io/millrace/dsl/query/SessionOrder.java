package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StateView;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sessions of one partition that overlap a time, in the order of the keys' bytes; of a key the one that ended first first. */
record SessionOrder<K, V>(SessionSpec<KeyWithBytes<K>, V> spec, KeyRange keys, long first, long last)
        implements MergedPartitions.Pieces<Session<K>, V> {
    static <K, V> SessionOrder<K, V> of(SessionSpec<K, V> spec, KeyRange keys, long first, long last) {
        SessionSpec<KeyWithBytes<K>, V> keyed = new SessionSpec<>(
                spec.name(),
                new KeyWithBytes.Format<>(spec.keySerde()),
                spec.valueSerde(),
                spec.gapMillis(),
                spec.retentionMillis(),
                spec.isTimeTold());
        return new SessionOrder<>(keyed, keys, first, last);
    }

    @Override
    public List<Placed<Session<K>, V>> read(
            StateView view, ScanDirection direction, Placed.@Nullable Place before, int most) {
        SessionStore<KeyWithBytes<K>, V> store = view.storeAs(spec);
        List<Placed<Session<K>, V>> piece = new ArrayList<>();
        if (before == null) {
            add(store, keys, direction, null, most, piece);
            return piece;
        }
        // A key may have many: what is left of it, and then the other ones.
        KeyRange same = KeyRange.between(before.key(), KeyWithBytes.behind(before.key()));
        add(store, same, direction, before, most, piece);
        KeyRange others = direction == ScanDirection.FORWARD
                ? KeyRange.between(same.to(), keys.to())
                : KeyRange.between(keys.from(), same.from());
        add(store, others, direction, null, most, piece);
        return piece;
    }

    /** @param before those up to it, in the direction, are there already */
    private void add(
            SessionStore<KeyWithBytes<K>, V> store,
            KeyRange range,
            ScanDirection direction,
            Placed.@Nullable Place before,
            int most,
            List<Placed<Session<K>, V>> piece) {
        if (piece.size() == most) {
            return;
        }
        boolean isForward = direction == ScanDirection.FORWARD;
        long from = before != null && isForward ? Math.max(first, before.end()) : first;
        Entries<Session<KeyWithBytes<K>>, V> found =
                store.fetch(KeyWithBytes.from(range), KeyWithBytes.to(range), from, last);
        (isForward ? found : found.reversed()).forEachWhile((session, value) -> {
            KeyWithBytes<K> key = session.key();
            Placed.Place place = new Placed.Place(0, key.bytes(), session.end(), session.start());
            boolean isNew = before == null || (isForward ? place.compareTo(before) > 0 : place.compareTo(before) < 0);
            if (isNew) {
                piece.add(new Placed<>(
                        place, Map.entry(new Session<>(key.present(), session.start(), session.end()), value)));
            }
            return piece.size() < most;
        });
    }
}
