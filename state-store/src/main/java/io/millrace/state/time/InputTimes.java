package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyRange;
import io.millrace.state.StagedStore;
import io.millrace.state.StoreLayer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the inputs of a store's owner had come, by their names: a part of its own beside the entries of any store of this package, staged, aborted, committed
 * and restored with them (T6). Owned by the partition's thread.
 *
 * <pre>
 * size   field
 *    1   {@link Tag#INPUT}
 *    n   name of the input, UTF-8
 *
 *    8   the greatest time that came of it, big-endian
 * </pre>
 */
public final class InputTimes {
    private static final KeyRange ALL = KeyRange.between(tag(Tag.INPUT), tag(Tag.INPUT + 1));

    private final StagedStore<String, Long> stored;
    /** What is stored; null while nobody has asked since it may have changed. */
    private @Nullable Map<String, Long> known;

    /** @param layer of a store of this package: a store of another kind has no room for it */
    public InputTimes(StoreLayer layer) {
        this.stored = layer.uncached(new NameSerde(), Serdes.int64());
        layer.onRollback(() -> known = null);
    }

    /** In the order of the names; a view. */
    public Map<String, Long> all() {
        return Collections.unmodifiableMap(known());
    }

    /** Says how far an input has come. Costs nothing if it was there before. */
    public void keep(String input, long time) {
        Long before = known().put(input, time);
        if (before == null || before != time) {
            stored.put(input, time);
        }
    }

    private Map<String, Long> known() {
        Map<String, Long> present = known;
        if (present == null) {
            present = new TreeMap<>();
            for (Map.Entry<String, Long> entry : stored.range(ALL).toList()) {
                present.put(entry.getKey(), entry.getValue());
            }
            known = present;
        }
        return present;
    }

    private static BytesView tag(int tag) {
        return new BytesWriter(1).putByte(tag).viewInto(new BytesView());
    }

    private static final class NameSerde implements Serde<String> {
        @Override
        public void write(String value, BytesWriter out) {
            out.putByte(Tag.INPUT).putUtf8(value);
        }

        @Override
        public String read(BytesView in) {
            BytesReader reader = new BytesReader(in);
            reader.readUnsignedByte();
            return reader.readRest(new BytesView()).toUtf8();
        }

        @Override
        public String name() {
            return "input";
        }
    }
}
