package io.millrace.serde;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Serdes of plain types. Numbers are big-endian, of fixed size; text is UTF-8. All are without state and safe for use by many threads.
 *
 * <p>Signed numbers do not sort as their bytes do: the negative ones come last.
 */
public final class Serdes {
    private static final Serde<Long> INT64 =
            new Fixed<>("int64", Long.BYTES, (value, out) -> out.putLong(value), in -> in.getLong(0));
    private static final Serde<Integer> INT32 =
            new Fixed<>("int32", Integer.BYTES, (value, out) -> out.putInt(value), in -> in.getInt(0));
    /** Not the raw bits: all NaN are equal, so they have one encoding. */
    private static final Serde<Double> FLOAT64 = new Fixed<>(
            "float64",
            Double.BYTES,
            (value, out) -> out.putLong(Double.doubleToLongBits(value)),
            in -> in.getDouble(0));

    private static final Serde<Boolean> BOOL =
            new Fixed<>("bool", 1, (value, out) -> out.putByte(value ? 1 : 0), Serdes::readBoolean);
    private static final Serde<UUID> UUID_BYTES = new Fixed<>(
            "uuid",
            2 * Long.BYTES,
            (value, out) -> out.putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits()),
            in -> new UUID(in.getLong(0), in.getLong(Long.BYTES)));
    private static final Serde<String> STRING = new Utf8();
    private static final Serde<BytesView> BYTES = new Bytes();

    private Serdes() {}

    /** 8 bytes. */
    public static Serde<Long> int64() {
        return INT64;
    }

    /** 4 bytes. */
    public static Serde<Integer> int32() {
        return INT32;
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

    /** UTF-8 without length. Malformed bytes, and text with a lone surrogate, are refused. */
    public static Serde<String> string() {
        return STRING;
    }

    /** The bytes themselves; what is read is a copy. */
    public static Serde<BytesView> bytes() {
        return BYTES;
    }

    private static boolean readBoolean(BytesView in) {
        byte value = in.getByte(0);
        if (value != 0 && value != 1) {
            throw new SerdeException("A bool is 0 or 1, got " + in);
        }
        return value == 1;
    }

    /** A type that takes the same number of bytes whatever its value. */
    private record Fixed<T>(String name, int size, BiConsumer<T, BytesWriter> writer, Function<BytesView, T> reader)
            implements Serde<T> {
        @Override
        public void write(T value, BytesWriter out) {
            writer.accept(value, out);
        }

        @Override
        public T read(BytesView in) {
            if (in.length() != size) {
                throw new SerdeException("A value of type " + name + " has " + size + " bytes, got " + in);
            }
            return reader.apply(in);
        }
    }

    private static final class Utf8 implements Serde<String> {
        private static final char REPLACEMENT = '\uFFFD';

        @Override
        public void write(String value, BytesWriter out) {
            for (int i = 0; i < value.length(); i++) {
                if (Character.isSurrogate(value.charAt(i))) {
                    if (Character.charCount(value.codePointAt(i)) == 1) {
                        throw new SerdeException("A text with a lone surrogate has no UTF-8: at index " + i);
                    }
                    i++;
                }
            }
            out.putUtf8(value);
        }

        @Override
        public String read(BytesView in) {
            String text = in.toUtf8();
            // The fast decoder replaces what is malformed, so only text with a replacement character has to be looked
            // at again.
            if (text.indexOf(REPLACEMENT) >= 0) {
                refuseMalformed(in);
            }
            return text;
        }

        private static void refuseMalformed(BytesView in) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in.array(), in.arrayOffset(), in.length()));
            } catch (CharacterCodingException e) {
                throw new SerdeException("Not UTF-8: " + in, e);
            }
        }

        @Override
        public String name() {
            return "utf8";
        }
    }

    private static final class Bytes implements Serde<BytesView> {
        @Override
        public void write(BytesView value, BytesWriter out) {
            out.putBytes(value);
        }

        @Override
        public BytesView read(BytesView in) {
            return in.copy();
        }

        @Override
        public String name() {
            return "bytes";
        }
    }
}
