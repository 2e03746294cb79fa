package io.millrace.serde;

/**
 * Pairs in the order of their first values, and of their second values where those are equal.
 *
 * <pre>
 * size     field
 *    n     first value; if its size varies, each 0x00 in it becomes 0x00 0xFF, and 0x00 0x00 ends it
 *    n     second value, to the end
 * </pre>
 *
 * The end mark sorts before every byte that can stand in its place, so a first value sorts before those that it is a prefix of.
 */
public final class PairSerde<A, B> implements OrderedSerde<Pair<A, B>> {
    private static final int ZERO = 0;
    private static final int ESCAPED = 0xFF;
    private static final int END = 0;

    private final OrderedSerde<A> first;
    private final OrderedSerde<B> second;

    PairSerde(OrderedSerde<A> first, OrderedSerde<B> second) {
        this.first = first;
        this.second = second;
    }

    /** The pairs whose first value is this one. */
    public KeyPrefix<Pair<A, B>> first(A value) {
        return out -> writeFirst(value, out);
    }

    /** The pairs whose first value begins so: with pairs of pairs, for example. */
    public KeyPrefix<Pair<A, B>> first(KeyPrefix<A> prefix) {
        return out -> {
            if (first.fixedSize() == VARIABLE_SIZE) {
                BytesWriter plain = new BytesWriter();
                prefix.write(plain);
                escape(plain.viewInto(new BytesView()), out);
            } else {
                prefix.write(out);
            }
        };
    }

    @Override
    public void write(Pair<A, B> value, BytesWriter out) {
        value.checkWhole(name());
        writeFirst(value.first(), out);
        second.write(value.second(), out);
    }

    @Override
    public Pair<A, B> read(BytesView in) {
        int fixed = first.fixedSize();
        if (fixed != VARIABLE_SIZE) {
            if (in.length() < fixed) {
                throw new SerdeException("A pair of type " + name() + " begins with " + fixed + " bytes, got " + in);
            }
            return new Pair<>(first.read(in.slice(0, fixed)), second.read(in.slice(fixed, in.length() - fixed)));
        }
        BytesWriter plain = new BytesWriter(in.length());
        int end = unescape(in, plain);
        return new Pair<>(first.read(plain.viewInto(new BytesView())), second.read(in.slice(end, in.length() - end)));
    }

    @Override
    public String name() {
        return "ordered-pair<" + first.name() + "," + second.name() + ">";
    }

    @Override
    public int fixedSize() {
        return first.fixedSize() == VARIABLE_SIZE || second.fixedSize() == VARIABLE_SIZE
                ? VARIABLE_SIZE
                : first.fixedSize() + second.fixedSize();
    }

    private void writeFirst(A value, BytesWriter out) {
        if (first.fixedSize() == VARIABLE_SIZE) {
            BytesWriter plain = new BytesWriter();
            first.write(value, plain);
            escape(plain.viewInto(new BytesView()), out);
            out.putByte(ZERO).putByte(END);
        } else {
            first.write(value, out);
        }
    }

    private static void escape(BytesView plain, BytesWriter out) {
        for (int i = 0; i < plain.length(); i++) {
            byte next = plain.getByte(i);
            out.putByte(next);
            if (next == ZERO) {
                out.putByte(ESCAPED);
            }
        }
    }

    /** @return where the second value begins */
    private int unescape(BytesView in, BytesWriter plain) {
        for (int i = 0; i + 1 < in.length(); i++) {
            byte next = in.getByte(i);
            if (next == ZERO) {
                i++;
                if (in.getByte(i) == END) {
                    return i + 1;
                }
                if ((in.getByte(i) & 0xFF) != ESCAPED) {
                    break;
                }
            }
            plain.putByte(next);
        }
        throw new SerdeException("The first value of a pair of type " + name() + " has no end: " + in);
    }
}
