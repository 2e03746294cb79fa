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
 *   <tr><td>end − 12</td><td>0 or 8</td><td>of a part, its first time</td></tr>
 *   <tr><td>end − 4</td><td>4</td><td>n; of a part its complement, which is negative</td></tr>
 * </table>
 */
public record KeyAndIdSerde(Serde<Object> key, Serde<Object> id) implements Serde<KeyAndId> {
    @Override
    public void write(KeyAndId value, BytesWriter out) {
        int start = out.length();
        key.write(value.key(), out);
        int length = out.length() - start;
        id.write(value.id(), out);
        Long part = value.part();
        if (part == null) {
            out.putInt(length);
        } else {
            out.putLong(part).putInt(~length);
        }
    }

    @Override
    public KeyAndId read(BytesView in) {
        int end = in.length() - Integer.BYTES;
        int field = end < 0 ? 0 : in.getInt(end);
        boolean isPart = field < 0;
        int length = isPart ? ~field : field;
        end -= isPart ? Long.BYTES : 0;
        if (length > end) {
            throw new SerdeException("A key and an id end with the length of the key, got " + in);
        }
        Object readKey = key.read(in.slice(0, length));
        Object readId = id.read(in.slice(length, end - length));
        return isPart ? new KeyAndId(readKey, readId, in.getLong(end)) : new KeyAndId(readKey, readId);
    }

    @Override
    public String name() {
        return "key-and-id<" + key.name() + ", " + id.name() + ">";
    }
}
