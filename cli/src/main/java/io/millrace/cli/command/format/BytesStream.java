package io.millrace.cli.command.format;

import io.millrace.serde.BytesWriter;
import java.io.OutputStream;

/** A stream into memory, for what only writes to streams. Its close does nothing. */
public final class BytesStream extends OutputStream {
    private final BytesWriter out;

    public BytesStream(BytesWriter out) {
        this.out = out;
    }

    @Override
    public void write(int value) {
        out.putByte(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        out.putBytes(bytes, offset, length);
    }
}
