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
