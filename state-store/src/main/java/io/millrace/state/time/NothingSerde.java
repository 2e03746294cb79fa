package io.millrace.state.time;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;

/** Of values that are not there, or that nobody asks for: that the key is there is all. */
final class NothingSerde implements Serde<Boolean> {
    @Override
    public void write(Boolean value, BytesWriter out) {
        // No bytes.
    }

    @Override
    public Boolean read(BytesView in) {
        return true;
    }

    @Override
    public String name() {
        return "nothing";
    }
}
