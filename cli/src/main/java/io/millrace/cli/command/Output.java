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

    /** What is larger is better not gathered here as a whole. */
    public static final int LARGE_BYTES = 1 << 20;

    private final OutputStream out;
    private final BytesWriter gathered = new BytesWriter(2 * PIECE_BYTES);
    private final OutputStream stream = new Pieces();

    public Output(OutputStream out) {
        this.out = out;
    }

    /** One that keeps nothing: what would go wrong with what is written does so here, too. */
    public static Output toNowhere() {
        return new Output(OutputStream.nullOutputStream());
    }

    /** The same as {@link #bytes} for what is large: it is written piece by piece. Its flush and its close do nothing. */
    public OutputStream stream() {
        return stream;
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

    private final class Pieces extends OutputStream {
        @Override
        public void write(int value) {
            gathered.putByte(value);
            written();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            int end = offset + length;
            for (int at = offset; at < end; at += PIECE_BYTES) {
                gathered.putBytes(bytes, at, Math.min(PIECE_BYTES, end - at));
                written();
            }
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
