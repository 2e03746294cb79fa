package io.millrace.dsl.query;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerde;
import io.millrace.serde.Serde;
import io.millrace.state.KeyRange;
import org.jspecify.annotations.Nullable;

/**
 * A key and its bytes, by which it is compared.
 *
 * @param key null for the end of a range, of which the bytes are enough
 */
record KeyWithBytes<K>(BytesView bytes, @Nullable K key) {
    static <K> KeyWithBytes<K> end(BytesView bytes) {
        return new KeyWithBytes<>(bytes, null);
    }

    /** The end of a range, null for none. */
    static <K> @Nullable KeyWithBytes<K> from(KeyRange range) {
        return range.from() == null ? null : end(range.from());
    }

    /** The same of its other end. */
    static <K> @Nullable KeyWithBytes<K> to(KeyRange range) {
        return range.to() == null ? null : end(range.to());
    }

    /** What comes first behind a key. */
    static BytesView behind(BytesView key) {
        return new BytesWriter(key.length() + 1).putBytes(key).putByte(0).viewInto(new BytesView());
    }

    K present() {
        K read = key;
        if (read == null) {
            throw new IllegalStateException("The end of a range is no key that was read: " + bytes);
        }
        return read;
    }

    /** Reads a key with its bytes; the bytes and the name are those of the key's own serde, so it reads the same stores. */
    record Format<K>(Serde<K> serde) implements OrderedSerde<KeyWithBytes<K>> {
        @Override
        public void write(KeyWithBytes<K> value, BytesWriter out) {
            out.putBytes(value.bytes());
        }

        @Override
        public KeyWithBytes<K> read(BytesView in) {
            return new KeyWithBytes<>(in.copy(), serde.read(in));
        }

        @Override
        public String name() {
            return serde.name();
        }
    }
}
