package io.millrace.dsl.deduplication;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * What is kept of a key and an id, as bytes, big-endian.
 *
 * <table>
 *   <caption>Times</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>8 each</td><td>times, rising</td></tr>
 * </table>
 *
 * <table>
 *   <caption>Parts</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>8 each</td><td>the first time of each part, rising</td></tr>
 *   <tr><td>end − 1</td><td>1</td><td>0: by it the length is not one of times</td></tr>
 * </table>
 */
public record PassedSerde() implements Serde<Passed> {
    private static final int PARTS = 0;

    @Override
    public void write(Passed value, BytesWriter out) {
        if (value instanceof PassedParts parts) {
            for (int i = 0; i < parts.count(); i++) {
                out.putLong(parts.start(i));
            }
            out.putByte(PARTS);
        } else if (value instanceof PassedTimes times) {
            times.all().forEach(out::putLong);
        }
    }

    @Override
    public Passed read(BytesView in) {
        int rest = in.length() % Long.BYTES;
        if (in.length() < Long.BYTES || rest > 1 || (rest == 1 && in.getByte(in.length() - 1) != PARTS)) {
            throw new SerdeException("Times are at least one of " + Long.BYTES
                    + " bytes each, and of parts a byte of 0 is behind them, got " + in);
        }
        BytesReader reader = new BytesReader(in);
        long[] times = new long[in.length() / Long.BYTES];
        for (int i = 0; i < times.length; i++) {
            times[i] = reader.readLong();
        }
        return rest == 0 ? PassedTimes.of(times) : PassedParts.of(times);
    }

    @Override
    public String name() {
        return "passed-times";
    }
}
