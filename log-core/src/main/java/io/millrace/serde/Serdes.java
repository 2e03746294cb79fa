package io.millrace.serde;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Serdes of plain types, and of pairs, lists and optionals of them. Numbers are big-endian, of fixed size; text is UTF-8. All are without
 * state and safe for use by many threads.
 *
 * <p>Signed numbers do not sort as their bytes do: the negative ones come last. {@link OrderedSerdes} has those that do.
 */
public final class Serdes {
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private static final Serde<Byte> INT8 =
            new FixedSerde<>("int8", Byte.BYTES, (value, out) -> out.putByte(value), in -> in.getByte(0));
    private static final Serde<Short> INT16 =
            new FixedSerde<>("int16", Short.BYTES, (value, out) -> out.putShort(value), in -> in.getShort(0));
    private static final Serde<Integer> INT32 =
            new FixedSerde<>("int32", Integer.BYTES, (value, out) -> out.putInt(value), in -> in.getInt(0));
    private static final Serde<Long> INT64 =
            new FixedSerde<>("int64", Long.BYTES, (value, out) -> out.putLong(value), in -> in.getLong(0));
    /** Not the raw bits: all NaN are equal, so they have one encoding. */
    private static final Serde<Float> FLOAT32 = new FixedSerde<>(
            "float32",
            Float.BYTES,
            (value, out) -> out.putInt(Float.floatToIntBits(value)),
            in -> Float.intBitsToFloat(in.getInt(0)));
    /** As above. */
    private static final Serde<Double> FLOAT64 = new FixedSerde<>(
            "float64",
            Double.BYTES,
            (value, out) -> out.putLong(Double.doubleToLongBits(value)),
            in -> in.getDouble(0));

    static final OrderedSerde<Boolean> BOOL = new ByteOrderSerde<>(
            new FixedSerde<>("bool", 1, (value, out) -> out.putByte(value ? 1 : 0), Serdes::readBoolean));
    static final OrderedSerde<UUID> UUID_BYTES = new ByteOrderSerde<>(new FixedSerde<>(
            "uuid",
            2 * Long.BYTES,
            (value, out) -> out.putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits()),
            in -> new UUID(in.getLong(0), in.getLong(Long.BYTES))));
    static final OrderedSerde<Instant> INSTANT = new ByteOrderSerde<>(new FixedSerde<>(
            "instant",
            Long.BYTES + Integer.BYTES,
            (value, out) -> out.putLong(value.getEpochSecond() ^ Long.MIN_VALUE).putInt(value.getNano()),
            Serdes::readInstant));
    static final OrderedSerde<String> STRING = new Utf8Serde();
    static final OrderedSerde<BytesView> BYTES = new BytesSerde();

    private Serdes() {}

    /** One byte. */
    public static Serde<Byte> int8() {
        return INT8;
    }

    /** 2 bytes. */
    public static Serde<Short> int16() {
        return INT16;
    }

    /** 4 bytes. */
    public static Serde<Integer> int32() {
        return INT32;
    }

    /** 8 bytes. */
    public static Serde<Long> int64() {
        return INT64;
    }

    /** 4 bytes, IEEE 754. */
    public static Serde<Float> float32() {
        return FLOAT32;
    }

    /** 8 bytes, IEEE 754. */
    public static Serde<Double> float64() {
        return FLOAT64;
    }

    /** One byte, 0 or 1. */
    public static Serde<Boolean> bool() {
        return BOOL;
    }

    /** 16 bytes. */
    public static Serde<UUID> uuid() {
        return UUID_BYTES;
    }

    /** 12 bytes, to the nanosecond: seconds since 1970 with the sign bit inverted, then nanoseconds. */
    public static Serde<Instant> instant() {
        return INSTANT;
    }

    /** UTF-8 without length. Malformed bytes, and text with a lone surrogate, are refused. */
    public static Serde<String> string() {
        return STRING;
    }

    /** The bytes themselves; what is read is a copy. */
    public static Serde<BytesView> bytes() {
        return BYTES;
    }

    /** The length of the first value as a varint, the first value, the second. {@link OrderedSerdes#pair} has pairs that sort. */
    public static <A, B> Serde<Pair<A, B>> pair(Serde<A> first, Serde<B> second) {
        return new PlainPairSerde<>(first, second);
    }

    /** How many there are, then each with its length before it; numbers are varints. What is read cannot be changed. */
    public static <T> Serde<List<T>> list(Serde<T> element) {
        return new ListSerde<>(element);
    }

    /** A byte that says whether there is a value, then the value: for a value that may be absent where its key is present. */
    public static <T> Serde<Optional<T>> optional(Serde<T> value) {
        return new OptionalSerde<>(value);
    }

    private static boolean readBoolean(BytesView in) {
        byte value = in.getByte(0);
        if (value != 0 && value != 1) {
            throw new SerdeException("A bool is 0 or 1, got " + in);
        }
        return value == 1;
    }

    private static Instant readInstant(BytesView in) {
        int nanos = in.getInt(Long.BYTES);
        if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
            throw new SerdeException("An instant has less than a second of nanoseconds, got " + in);
        }
        try {
            return Instant.ofEpochSecond(in.getLong(0) ^ Long.MIN_VALUE, nanos);
        } catch (DateTimeException e) {
            throw new SerdeException("An instant is within a billion years of 1970, got " + in, e);
        }
    }
}
