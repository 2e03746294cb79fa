package io.millrace.dsl.foreignkey;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * Subscriptions as bytes.
 *
 * <table>
 *   <caption>Big-endian</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>1</td><td>instruction, 0 to 2, where 3 is read as 2; and 8 if there is a hash</td></tr>
 *   <tr><td>1</td><td>4</td><td>partition</td></tr>
 *   <tr><td>5</td><td>0 or 16</td><td>hash</td></tr>
 *   <tr><td>5 or 21</td><td>any</td><td>primary key</td></tr>
 * </table>
 */
public record SubscriptionSerde(Serde<Object> primaryKey) implements Serde<Subscription> {
    private static final int HASHED = 8;
    private static final int HEAD = 1 + Integer.BYTES;

    @Override
    public void write(Subscription value, BytesWriter out) {
        ValueHash hash = value.hash();
        out.putByte(value.instruction().code() | (hash == null ? 0 : HASHED)).putInt(value.partition());
        if (hash != null) {
            hash.write(out);
        }
        primaryKey.write(value.primaryKey(), out);
    }

    @Override
    public Subscription read(BytesView in) {
        boolean isHashed = in.length() > 0 && (in.getByte(0) & HASHED) != 0;
        int head = HEAD + (isHashed ? ValueHash.SIZE : 0);
        if (in.length() < head) {
            throw new SerdeException("A subscription has at least " + head + " bytes, got " + in);
        }
        return new Subscription(
                Instruction.of(in.getUnsignedByte(0) & ~HASHED),
                isHashed ? ValueHash.read(in, HEAD) : null,
                primaryKey.read(in.slice(head, in.length() - head)),
                in.getInt(1));
    }

    @Override
    public String name() {
        return "subscription<" + primaryKey.name() + ">";
    }
}
