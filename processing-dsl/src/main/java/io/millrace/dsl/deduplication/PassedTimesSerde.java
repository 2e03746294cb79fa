package io.millrace.dsl.deduplication;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/**
 * Times as bytes: eight for each, big-endian, rising.
 */
public record PassedTimesSerde() implements Serde<PassedTimes> {
    @Override
    public void write(PassedTimes value, BytesWriter out) {
        value.all().forEach(out::putLong);
    }

    @Override
    public PassedTimes read(BytesView in) {
        if (in.length() == 0 || in.length() % Long.BYTES != 0) {
            throw new SerdeException("Times are at least one of " + Long.BYTES + " bytes each, got " + in);
        }
        BytesReader reader = new BytesReader(in);
        long[] times = new long[in.length() / Long.BYTES];
        for (int i = 0; i < times.length; i++) {
            times[i] = reader.readLong();
        }
        return PassedTimes.of(times);
    }

    @Override
    public String name() {
        return "passed-times";
    }
}
