package io.millrace.serde;

import java.util.Optional;

/** See {@link Serdes#optional}. */
record OptionalSerde<T>(Serde<T> value) implements Serde<Optional<T>> {
    private static final int ABSENT = 0;
    private static final int PRESENT = 1;

    @Override
    public void write(Optional<T> optional, BytesWriter out) {
        if (optional.isPresent()) {
            value.write(optional.get(), out.putByte(PRESENT));
        } else {
            out.putByte(ABSENT);
        }
    }

    @Override
    public Optional<T> read(BytesView in) {
        if (in.length() == 1 && in.getByte(0) == ABSENT) {
            return Optional.empty();
        }
        if (in.length() == 0 || in.getByte(0) != PRESENT) {
            throw new SerdeException("An optional begins with 1, or is 0 alone, got " + in);
        }
        return Optional.of(value.read(in.slice(1, in.length() - 1)));
    }

    @Override
    public String name() {
        return "optional<" + value.name() + ">";
    }
}
