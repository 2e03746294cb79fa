package io.millrace.dsl.foreignkey;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * Answers as bytes.
 *
 * <table>
 *   <caption>Big-endian</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>1</td><td>what there is: 1 a value, 8 a hash, 9 both</td></tr>
 *   <tr><td>1</td><td>4</td><td>partition</td></tr>
 *   <tr><td>5</td><td>0 or 16</td><td>hash</td></tr>
 *   <tr><td>5 or 21</td><td>any</td><td>value, if there is one</td></tr>
 * </table>
 */
public record AnswerSerde(Serde<Object> value) implements Serde<Answer> {
    private static final int VALUED = 1;
    private static final int HASHED = 8;
    private static final int HEAD = 1 + Integer.BYTES;

    @Override
    public void write(Answer answer, BytesWriter out) {
        ValueHash hash = answer.hash();
        Object content = answer.value();
        out.putByte((content == null ? 0 : VALUED) | (hash == null ? 0 : HASHED))
                .putInt(answer.partition());
        if (hash != null) {
            hash.write(out);
        }
        if (content != null) {
            value.write(content, out);
        }
    }

    @Override
    public Answer read(BytesView in) {
        int what = in.length() == 0 ? 0 : in.getUnsignedByte(0);
        int head = HEAD + ((what & HASHED) == 0 ? 0 : ValueHash.SIZE);
        if (in.length() < head || (what & ~(VALUED | HASHED)) != 0) {
            throw new SerdeException(
                    "An answer begins with 0, 1, 8 or 9 and has at least " + head + " bytes, got " + in);
        }
        return new Answer(
                (what & HASHED) == 0 ? null : ValueHash.read(in, HEAD),
                (what & VALUED) == 0 ? null : value.read(in.slice(head, in.length() - head)),
                in.getInt(1));
    }

    @Override
    public String name() {
        return "answer<" + value.name() + ">";
    }
}
