package io.millrace.dsl;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import org.jspecify.annotations.Nullable;

/**
 * Changes of tables as bytes.
 *
 * <table>
 *   <caption>Big-endian</caption>
 *   <tr><th>size</th><th>field</th></tr>
 *   <tr><td>1</td><td>which values there are: 1 before, 2 after, 3 both</td></tr>
 *   <tr><td>any</td><td>the value before, if there is one</td></tr>
 *   <tr><td>any</td><td>the value after, if there is one</td></tr>
 *   <tr><td>4</td><td>if there are both: the size of the value before</td></tr>
 * </table>
 */
record ChangeSerde<V>(Serde<V> value) implements Serde<Change<V>> {
    private static final int BEFORE = 1;
    private static final int AFTER = 2;
    private static final int BOTH = BEFORE | AFTER;

    @Override
    public void write(Change<V> change, BytesWriter out) {
        V before = change.before();
        V after = change.after();
        out.putByte((before == null ? 0 : BEFORE) | (after == null ? 0 : AFTER));
        int start = out.length();
        if (before != null) {
            value.write(before, out);
        }
        int size = out.length() - start;
        if (after != null) {
            value.write(after, out);
            if (before != null) {
                out.putInt(size);
            }
        }
    }

    @Override
    public Change<V> read(BytesView in) {
        int which = in.length() == 0 ? 0 : in.getByte(0);
        int size = in.length() - 1;
        return switch (which) {
            case BEFORE -> new Change<>(value.read(in.slice(1, size)), null);
            case AFTER -> new Change<>(null, value.read(in.slice(1, size)));
            case BOTH -> readBoth(in);
            default -> throw new SerdeException("A change begins with 1, 2 or 3, got " + in);
        };
    }

    private Change<V> readBoth(BytesView in) {
        int size = in.length() - 1 - Integer.BYTES;
        int before = size < 0 ? -1 : in.getInt(in.length() - Integer.BYTES);
        if (before < 0 || before > size) {
            throw new SerdeException("A change with both values ends with the size of the first, got " + in);
        }
        @Nullable V first = value.read(in.slice(1, before));
        return new Change<>(first, value.read(in.slice(1 + before, size - before)));
    }

    @Override
    public String name() {
        return "change<" + value.name() + ">";
    }
}
