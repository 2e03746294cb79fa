package io.millrace.serde;

/** See {@link OrderedSerdes#inByteOrder}. */
record ByteOrderSerde<T>(Serde<T> serde) implements OrderedSerde<T> {
    @Override
    public void write(T value, BytesWriter out) {
        serde.write(value, out);
    }

    @Override
    public T read(BytesView in) {
        return serde.read(in);
    }

    @Override
    public String name() {
        return serde.name();
    }
}
