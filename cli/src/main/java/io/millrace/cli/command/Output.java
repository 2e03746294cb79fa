package io.millrace.cli.command;

import io.millrace.serde.BytesWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * What a command has to say to programs, gathered and written in large pieces: standard output, which holds data and nothing else. Owned by
 * one thread.
 */
public final class Output {
    private static final int PIECE_BYTES = 1 << 16;

    private final OutputStream out;
    private final BytesWriter gathered = new BytesWriter(2 * PIECE_BYTES);

    public Output(OutputStream out) {
        this.out = out;
    }

    /** Where to put bytes; after each line or record, {@link #written} decides whether they are written. */
    public BytesWriter bytes() {
        return gathered;
    }

    /** Writes what was gathered if it is much. @throws OutputClosedException if nobody reads */
    public void written() {
        if (gathered.length() >= PIECE_BYTES) {
            flush();
        }
    }

    /** A line of text in UTF-8. */
    public void line(String text) {
        gathered.putUtf8(text).putByte('\n');
        written();
    }

    /** Writes what was gathered. @throws OutputClosedException if nobody reads */
    public void flush() {
        try {
            out.write(gathered.array(), 0, gathered.length());
            out.flush();
        } catch (IOException e) {
            throw translate(e);
        } finally {
            gathered.clear();
        }
    }

    /** Java knows of a broken pipe by its message alone. */
    private static RuntimeException translate(IOException e) {
        if (String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe")) {
            return new OutputClosedException(e);
        }
        return new UncheckedIOException("Standard output cannot be written: " + e.getMessage(), e);
    }
}
