package io.millrace.serde;

/** Bytes as they are. */
final class BytesSerde implements OrderedSerde<BytesView> {
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
