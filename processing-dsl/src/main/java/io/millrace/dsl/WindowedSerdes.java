package io.millrace.dsl;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import io.millrace.state.time.Windowed;
import java.time.Duration;

/** How keys in windows are written to topics: in the bytes of Kafka Streams, so that either reads the other's. */
public final class WindowedSerdes {
    private WindowedSerdes() {}

    /**
     * Keys in windows of a fixed size.
     *
     * <pre>
     * size   field
     *    n   key
     *    8   start of the window, milliseconds since 1970, big-endian
     * </pre>
     *
     * @param size of the windows, since only their start is written
     */
    public static <K> Serde<Windowed<K>> time(Serde<K> keySerde, Duration size) {
        WindowRule.checkLength("The size of windows", size);
        return new TimeWindowed<>(keySerde, size.toMillis());
    }

    /**
     * Keys in sessions. Kafka Streams calls the time of a session's last record its end; it is written so, and is one millisecond before that of
     * {@link Windowed}.
     *
     * <pre>
     * size   field
     *    n   key
     *    8   time of the last record, milliseconds since 1970, big-endian
     *    8   time of the first record
     * </pre>
     */
    public static <K> Serde<Windowed<K>> session(Serde<K> keySerde) {
        return new SessionWindowed<>(keySerde);
    }

    private record SessionWindowed<K>(Serde<K> keySerde) implements Serde<Windowed<K>> {
        @Override
        public void write(Windowed<K> value, BytesWriter out) {
            keySerde.write(value.key(), out);
            out.putLong(value.end() - 1).putLong(value.start());
        }

        @Override
        public Windowed<K> read(BytesView in) {
            int keyLength = in.length() - 2 * Long.BYTES;
            if (keyLength < 0) {
                throw new SerdeException("A key in a session has at least 16 bytes, got " + in);
            }
            long last = in.getLong(keyLength);
            long start = in.getLong(keyLength + Long.BYTES);
            return new Windowed<>(keySerde.read(in.slice(0, keyLength)), start, Windowed.endBehind(last));
        }

        @Override
        public String name() {
            return "session<" + keySerde.name() + ">";
        }
    }

    private record TimeWindowed<K>(Serde<K> keySerde, long sizeMillis) implements Serde<Windowed<K>> {
        @Override
        public void write(Windowed<K> value, BytesWriter out) {
            keySerde.write(value.key(), out);
            out.putLong(value.start());
        }

        @Override
        public Windowed<K> read(BytesView in) {
            int keyLength = in.length() - Long.BYTES;
            if (keyLength < 0) {
                throw new SerdeException("A key in a window has at least 8 bytes, got " + in);
            }
            long start = in.getLong(keyLength);
            long end = start + sizeMillis;
            return new Windowed<>(keySerde.read(in.slice(0, keyLength)), start, end < start ? Long.MAX_VALUE : end);
        }

        @Override
        public String name() {
            return "windowed<" + keySerde.name() + ", " + sizeMillis + " ms>";
        }
    }
}
