package io.millrace.serde;

import java.util.function.BiConsumer;
import java.util.function.Function;

/** A type that takes the same number of bytes whatever its value. Its bytes need not sort as its values do: of those that do {@link ByteOrderSerde} says so. */
record FixedSerde<T>(String name, int fixedSize, BiConsumer<T, BytesWriter> writer, Function<BytesView, T> reader)
        implements Serde<T> {
    @Override
    public void write(T value, BytesWriter out) {
        writer.accept(value, out);
    }

    @Override
    public T read(BytesView in) {
        if (in.length() != fixedSize) {
            throw new SerdeException("A value of type " + name + " has " + fixedSize + " bytes, got " + in);
        }
        return reader.apply(in);
    }
}
