package io.millrace.dsl.streamjoin;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * Candidates as bytes.
 *
 * <table>
 *   <caption>In this order</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>1</td><td>1 if it is matched, else 0</td></tr>
 *   <tr><td>1</td><td>any</td><td>value</td></tr>
 * </table>
 */
public record CandidateSerde(Serde<Object> value) implements Serde<Candidate> {
    private static final int UNMATCHED = 0;
    private static final int MATCHED = 1;

    @Override
    public void write(Candidate candidate, BytesWriter out) {
        value.write(candidate.value(), out.putByte(candidate.isMatched() ? MATCHED : UNMATCHED));
    }

    @Override
    public Candidate read(BytesView in) {
        int what = in.length() == 0 ? -1 : in.getUnsignedByte(0);
        if (what != MATCHED && what != UNMATCHED) {
            throw new SerdeException("A record of a join begins with 0 or 1, got " + in);
        }
        return new Candidate(value.read(in.slice(1, in.length() - 1)), what == MATCHED);
    }

    @Override
    public String name() {
        return "candidate<" + value.name() + ">";
    }
}
