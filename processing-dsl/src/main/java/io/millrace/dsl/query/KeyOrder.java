package io.millrace.dsl.query;

import io.millrace.state.Entries;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.SortedSpec;
import io.millrace.state.StateView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values by key of one partition, in the order of the keys' bytes. */
record KeyOrder<K, V>(SortedSpec<KeyWithBytes<K>, V> spec, KeyRange range) implements MergedPartitions.Pieces<K, V> {
    /** @param asked what the store's bytes are */
    static <K, V> KeyOrder<K, V> of(SortedSpec<K, V> asked, KeyRange range) {
        return new KeyOrder<>(
                new SortedSpec<>(asked.name(), new KeyWithBytes.Format<>(asked.keySerde()), asked.valueSerde()), range);
    }

    @Override
    public List<Placed<K, V>> read(StateView view, ScanDirection direction, Placed.@Nullable Place last, int most) {
        boolean isForward = direction == ScanDirection.FORWARD;
        KeyRange rest = range;
        if (last != null) {
            rest = isForward
                    ? KeyRange.between(KeyWithBytes.behind(last.key()), range.to())
                    : KeyRange.between(range.from(), last.key());
        }
        Entries<KeyWithBytes<K>, V> found = view.range(spec, rest);
        List<Placed<K, V>> piece = new ArrayList<>();
        (isForward ? found : found.reversed())
                .limited(most)
                .forEach(entry -> piece.add(new Placed<>(
                        Placed.Place.ofKey(entry.getKey().bytes()),
                        Map.entry(entry.getKey().present(), entry.getValue()))));
        return piece;
    }
}
