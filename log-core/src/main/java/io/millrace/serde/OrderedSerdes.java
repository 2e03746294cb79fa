package io.millrace.serde;

import java.time.Instant;
import java.util.UUID;

/**
 * Serdes whose bytes sort as their values do: for the keys of stores that are asked for ranges. All are without state and safe for use by
 * many threads.
 *
 * <p>Signed numbers have their sign bit inverted, so their bytes are not those of {@link Serdes}; the others' are.
 */
public final class OrderedSerdes {
    private static final OrderedSerde<Integer> INT32 = new ByteOrderSerde<>(new FixedSerde<>(
            "ordered-int32",
            Integer.BYTES,
            (value, out) -> out.putInt(value ^ Integer.MIN_VALUE),
            in -> in.getInt(0) ^ Integer.MIN_VALUE));
    private static final OrderedSerde<Long> INT64 = new ByteOrderSerde<>(new FixedSerde<>(
            "ordered-int64",
            Long.BYTES,
            (value, out) -> out.putLong(value ^ Long.MIN_VALUE),
            in -> in.getLong(0) ^ Long.MIN_VALUE));
    private static final OrderedSerde<Double> FLOAT64 = new ByteOrderSerde<>(new FixedSerde<>(
            "ordered-float64",
            Double.BYTES,
            (value, out) -> out.putLong(sortable(Double.doubleToLongBits(value)) ^ Long.MIN_VALUE),
            in -> Double.longBitsToDouble(sortable(in.getLong(0) ^ Long.MIN_VALUE))));

    private OrderedSerdes() {}

    /** 4 bytes, the least number first. */
    public static OrderedSerde<Integer> int32() {
        return INT32;
    }

    /** 8 bytes, the least number first. */
    public static OrderedSerde<Long> int64() {
        return INT64;
    }

    /** 8 bytes, in the order of {@link Double#compare}: -0.0 before 0.0, NaN last. */
    public static OrderedSerde<Double> float64() {
        return FLOAT64;
    }

    /** One byte, false first. */
    public static OrderedSerde<Boolean> bool() {
        return Serdes.BOOL;
    }

    /** 12 bytes to the nanosecond, the earliest first. */
    public static OrderedSerde<Instant> instant() {
        return Serdes.INSTANT;
    }

    /** 16 bytes, in the order of the UUIDs' text; {@link UUID#compareTo} has another order. */
    public static OrderedSerde<UUID> uuid() {
        return Serdes.UUID_BYTES;
    }

    /** UTF-8, in the order of the code points; {@link String#compareTo} differs from it beyond U+FFFF. */
    public static OrderedSerde<String> string() {
        return Serdes.STRING;
    }

    /** The bytes themselves, unsigned, a prefix first. */
    public static OrderedSerde<BytesView> bytes() {
        return Serdes.BYTES;
    }

    /**
     * Any type, in the order of its bytes, whatever that means for its values: of the numbers of {@link Serdes}, the negative ones come behind the others. Its bytes
     * and its name are those of {@code serde}, so what is kept with that has ranges by this one.
     */
    public static <T> OrderedSerde<T> inByteOrder(Serde<T> serde) {
        return serde instanceof OrderedSerde<T> ordered ? ordered : new ByteOrderSerde<>(serde);
    }

    /** Pairs, by their first value, then by the second. Its {@link PairSerde#first} names all pairs with one first value. */
    public static <A, B> PairSerde<A, B> pair(OrderedSerde<A> first, OrderedSerde<B> second) {
        return new PairSerde<>(first, second);
    }

    /** The texts that begin with this one. */
    public static KeyPrefix<String> startsWith(String text) {
        return out -> Serdes.STRING.write(text, out);
    }

    /** The bytes that begin with these, which are not copied. */
    public static KeyPrefix<BytesView> startsWith(BytesView bytes) {
        return out -> out.putBytes(bytes);
    }

    /** Negative numbers have all bits but the sign inverted: then they sort as numbers do. Its own inverse. */
    private static long sortable(long bits) {
        return bits ^ (bits >> (Long.SIZE - 1) & Long.MAX_VALUE);
    }
}
