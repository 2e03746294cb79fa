package io.millrace.dsl.streamjoin;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import io.millrace.state.time.TimedKey;

/**
 * Unmatched records as bytes, which are the order of those that close at one time: the right side first, as in Kafka Streams, and each side in the
 * order of its coming.
 *
 * <table>
 *   <caption>Big-endian</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>1</td><td>1 if it is of the left side, 0 of the right one</td></tr>
 *   <tr><td>1</td><td>8</td><td>time, which is not negative</td></tr>
 *   <tr><td>9</td><td>8</td><td>sequence</td></tr>
 *   <tr><td>17</td><td>any</td><td>key</td></tr>
 * </table>
 */
public record UnmatchedSerde(Serde<Object> key) implements Serde<Unmatched> {
    private static final int RIGHT = 0;
    private static final int LEFT = 1;
    private static final int HEAD = 1 + 2 * Long.BYTES;

    @Override
    public void write(Unmatched unmatched, BytesWriter out) {
        TimedKey<Object> record = unmatched.record();
        out.putByte(unmatched.isLeft() ? LEFT : RIGHT).putLong(record.time()).putLong(record.sequence());
        key.write(record.key(), out);
    }

    @Override
    public Unmatched read(BytesView in) {
        if (in.length() < HEAD || in.getUnsignedByte(0) > LEFT) {
            throw new SerdeException(
                    "An unmatched record of a join begins with 0 or 1 and has at least " + HEAD + " bytes, got " + in);
        }
        BytesReader reader = new BytesReader(in);
        boolean isLeft = reader.readUnsignedByte() == LEFT;
        long time = reader.readLong();
        long sequence = reader.readLong();
        return new Unmatched(isLeft, new TimedKey<>(key.read(reader.readRest(new BytesView())), time, sequence));
    }

    @Override
    public String name() {
        return "unmatched<" + key.name() + ">";
    }
}
