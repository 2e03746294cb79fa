package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/** A value and its time, in milliseconds since 1970. */
public record Timestamped<V>(V value, long timestamp) {
    public Timestamped {
        if (value == null) {
            throw new NullPointerException("A value with a time is never null: delete the key to remove one");
        }
    }

    /** The time (8 bytes, big-endian), then the value. */
    public static <V> Serde<Timestamped<V>> serde(Serde<V> valueSerde) {
        return new TimestampedSerde<>(valueSerde);
    }

    /** The name of what a serde's values are: of values that are kept with times, without those. */
    public static String valueName(Serde<?> serde) {
        return serde instanceof TimestampedSerde<?> timed ? timed.valueSerde.name() : serde.name();
    }

    private record TimestampedSerde<V>(Serde<V> valueSerde) implements Serde<Timestamped<V>> {
        @Override
        public void write(Timestamped<V> value, BytesWriter out) {
            valueSerde.write(value.value, out.putLong(value.timestamp));
        }

        @Override
        public Timestamped<V> read(BytesView in) {
            if (in.length() < Long.BYTES) {
                throw new SerdeException("A value with a time has at least 8 bytes, got " + in);
            }
            V value = valueSerde.read(in.slice(Long.BYTES, in.length() - Long.BYTES));
            return new Timestamped<>(value, in.getLong(0));
        }

        @Override
        public String name() {
            return "timestamped<" + valueSerde.name() + ">";
        }
    }
}
