package io.millrace.serde;

/** See {@link Serdes#pair}. */
record PlainPairSerde<A, B>(Serde<A> first, Serde<B> second) implements Serde<Pair<A, B>> {
    @Override
    public void write(Pair<A, B> value, BytesWriter out) {
        value.checkWhole(name());
        BytesWriter bytes = new BytesWriter();
        first.write(value.first(), bytes);
        out.putVarint(bytes.length()).putBytes(bytes.array(), 0, bytes.length());
        second.write(value.second(), out);
    }

    @Override
    public Pair<A, B> read(BytesView in) {
        BytesReader reader = new BytesReader(in);
        BytesView part = new BytesView();
        A firstValue = first.read(reader.readBytes(reader.readVarint(), part));
        return new Pair<>(firstValue, second.read(reader.readRest(part)));
    }

    @Override
    public String name() {
        return "pair<" + first.name() + "," + second.name() + ">";
    }
}
