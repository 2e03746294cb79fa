package io.millrace.state;

import io.millrace.serde.BytesView;
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

    /** Whether no key is in it, whatever the keys. */
    public boolean isEmpty() {
        return from != null && to != null && from.compareTo(to) >= 0;
    }
}
