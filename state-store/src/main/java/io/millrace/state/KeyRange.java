package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerde;
import io.millrace.serde.Serde;
import org.jspecify.annotations.Nullable;

/**
 * Keys by their bytes, which are not copied.
 *
 * @param from the first key, or null for the least
 * @param to the first key behind the range, or null if there is none
 */
public record KeyRange(@Nullable BytesView from, @Nullable BytesView to) {
    private static final KeyRange ALL = new KeyRange(null, null);
    private static final byte LAST_BYTE = (byte) 0xFF;

    public static KeyRange all() {
        return ALL;
    }

    public static KeyRange between(@Nullable BytesView from, @Nullable BytesView to) {
        return new KeyRange(from, to);
    }

    /** The keys that begin with {@code prefix}. */
    public static KeyRange startingWith(BytesView prefix) {
        byte[] next = prefix.toByteArray();
        int length = next.length;
        while (length > 0 && next[length - 1] == LAST_BYTE) {
            length--;
        }
        if (length == 0) {
            return new KeyRange(prefix, null);
        }
        next[length - 1]++;
        return new KeyRange(prefix, new BytesView().wrap(next, 0, length));
    }

    /**
     * The keys of a store from one to another.
     *
     * @param store its name, for whoever is refused
     * @param from the first key, or null for the least
     * @param to the first key behind the range, or null if there is none
     * @throws UnsupportedOperationException if there is a bound, and the serde does not say that its bytes sort
     */
    public static <K> KeyRange ofKeys(String store, Serde<K> serde, @Nullable K from, @Nullable K to) {
        if (from == null && to == null) {
            return ALL;
        }
        if (!(serde instanceof OrderedSerde<K>)) {
            throw new UnsupportedOperationException("Store '" + store + "' has no ranges of keys: its keys are "
                    + serde.name()
                    + ", whose bytes do not sort as the values do. Declare it with a serde of OrderedSerdes"
                    + " that does, or ask for the order of the bytes with OrderedSerdes.inByteOrder(keySerde)");
        }
        return new KeyRange(from == null ? null : bytes(serde, from), to == null ? null : bytes(serde, to));
    }

    private static <K> BytesView bytes(Serde<K> serde, K key) {
        BytesWriter bytes = new BytesWriter();
        serde.write(key, bytes);
        return bytes.viewInto(new BytesView());
    }

    /** The same keys where each has {@code prefix} before it. */
    public KeyRange behind(BytesView prefix) {
        KeyRange all = startingWith(prefix);
        return new KeyRange(from == null ? prefix : joined(prefix, from), to == null ? all.to : joined(prefix, to));
    }

    private static BytesView joined(BytesView prefix, BytesView key) {
        return new BytesWriter(prefix.length() + key.length())
                .putBytes(prefix)
                .putBytes(key)
                .viewInto(new BytesView());
    }

    /** Whether a key of these bytes is in it. */
    public boolean contains(BytesView key) {
        return (from == null || key.compareTo(from) >= 0) && (to == null || key.compareTo(to) < 0);
    }

    /** Whether no key is in it, whatever the keys. */
    public boolean isEmpty() {
        return from != null && to != null && from.compareTo(to) >= 0;
    }
}
