package io.millrace.dsl.deduplication;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * Keys and ids as bytes. The length comes last, since it is known when the key is written.
 *
 * <table>
 *   <caption>Big-endian</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>n</td><td>key</td></tr>
 *   <tr><td>n</td><td>any</td><td>id</td></tr>
 *   <tr><td>end − 4</td><td>4</td><td>n</td></tr>
 * </table>
 */
public record KeyAndIdSerde(Serde<Object> key, Serde<Object> id) implements Serde<KeyAndId> {
    @Override
    public void write(KeyAndId value, BytesWriter out) {
        int start = out.length();
        key.write(value.key(), out);
        int length = out.length() - start;
        id.write(value.id(), out);
        out.putInt(length);
    }

    @Override
    public KeyAndId read(BytesView in) {
        int end = in.length() - Integer.BYTES;
        int length = end < 0 ? -1 : in.getInt(end);
        if (length < 0 || length > end) {
            throw new SerdeException("A key and an id end with the length of the key, got " + in);
        }
        return new KeyAndId(key.read(in.slice(0, length)), id.read(in.slice(length, end - length)));
    }

    @Override
    public String name() {
        return "key-and-id<" + key.name() + ", " + id.name() + ">";
    }
}
