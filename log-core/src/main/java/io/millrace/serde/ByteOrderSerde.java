package io.millrace.serde;

/** Says of a serde that it sorts by its bytes ({@link OrderedSerdes#inByteOrder}), as those of {@link OrderedSerdes} do as their values do. */
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

    @Override
    public int fixedSize() {
        return serde instanceof FixedSerde<T> fixed ? fixed.fixedSize() : VARIABLE_SIZE;
    }
}
