package io.millrace.examples.bank.input;

import io.millrace.cli.command.UnusableException;
import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.DeadLetter;
import io.millrace.examples.bank.InputLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a CSV file; a position is the offset of a byte in it. The file must not change meanwhile. Owned by one thread. */
public final class CsvSource implements RecordSource<InputLine> {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int BUFFER_BYTES = 1 << 20;

    private final String name;
    private final FileChannel channel;
    private final long size;
    private final OrderCsv csv = new OrderCsv();
    /** Longer than the longest line that can be an order, so that a line which fills it is none. */
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** Where the buffer's first byte stands in the file. */
    private long bufferPosition;

    /** The unread bytes in the buffer. */
    private int start;

    private int end;
    /** How many lines were read, the header and blank ones included. */
    private long linesBefore;

    private long headerEnd;
    private long headerLines;

    private CsvSource(String name, FileChannel channel) throws IOException {
        this.name = name;
        this.channel = channel;
        size = channel.size();
    }

    /** Opens a file at its first line behind the header. @throws UnusableException if it cannot be read or begins with no header */
    public static CsvSource open(Path file) {
        return open(file, file.toString());
    }

    /** @param name what a person calls the file */
    public static CsvSource open(Path file, String name) {
        if (Files.isDirectory(file)) {
            throw new UnusableException(
                    "Cannot read " + name + ": it is a directory. Name a CSV file, or - for standard input.");
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(file);
        } catch (NoSuchFileException e) {
            throw new UnusableException("Cannot read " + name + ": there is no such file.", e);
        } catch (IOException e) {
            throw new UnusableException("Cannot read " + name + ": " + e.getMessage(), e);
        }
        try {
            CsvSource source = new CsvSource(name, channel);
            source.readHeader();
            return source;
        } catch (IOException | RuntimeException e) {
            try {
                channel.close();
            } catch (IOException atClose) {
                e.addSuppressed(atClose);
            }
            throw e instanceof RuntimeException known
                    ? known
                    : new UnusableException("Cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void seek(long position) {
        if (position == 0) {
            moveTo(headerEnd);
            linesBefore = headerLines;
            return;
        }
        if (position < headerEnd || position > size) {
            throw new UnusableException(name + " has " + size + " bytes, so it cannot be read on from byte " + position
                    + ": it is not the file that was read before.");
        }
        // The line number is not part of the position, so it is counted again.
        moveTo(0);
        long lines = 0;
        while (position() < position) {
            if (start == end) {
                fill();
            }
            int until = (int) Math.min(end, start + (position - position()));
            for (; start < until; start++) {
                if (buffer[start] == '\n') {
                    lines++;
                }
            }
        }
        linesBefore = lines;
    }

    @Override
    public @Nullable InputLine next() {
        while (!isFinished()) {
            int lineEnd = endOfLine();
            int from = start;
            start = Math.min(lineEnd + 1, end);
            InputLine line = csv.parse(buffer, from, lineEnd - from, ++linesBefore);
            if (lineEnd == end && !isFinished()) {
                long begun = position();
                long lineBreak = skipRestOfLine() ? 1 : 0;
                line = longer(line, position() - begun - lineBreak);
            }
            if (line != null) {
                return line;
            }
        }
        return null;
    }

    @Override
    public long position() {
        return bufferPosition + start;
    }

    @Override
    public boolean isFinished() {
        return position() >= size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the line that begins at {@link #start} ends; the buffer's end if that is the file's, or if the line is too long for it. */
    private int endOfLine() {
        int at = start;
        while (true) {
            for (; at < end; at++) {
                if (buffer[at] == '\n') {
                    return at;
                }
            }
            boolean isFull = start == 0 && end == buffer.length;
            if (isFull || bufferPosition + end >= size) {
                return end;
            }
            at -= start;
            fill();
        }
    }

    /** The buffer had room for a part of the line only. */
    private static @Nullable InputLine longer(@Nullable InputLine line, long rest) {
        return line instanceof DeadLetter cut
                ? new DeadLetter(cut.lineNumber(), cut.reason(), cut.line(), cut.size() + rest)
                : line;
    }

    /** @return whether there was a line break at its end */
    private boolean skipRestOfLine() {
        while (!isFinished()) {
            if (start == end) {
                fill();
            }
            while (start < end) {
                if (buffer[start++] == '\n') {
                    return true;
                }
            }
        }
        return false;
    }

    /** Moves the unread bytes to the buffer's front and reads behind them. */
    private void fill() {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        bufferPosition += start;
        end -= start;
        start = 0;
        try {
            int read = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end), bufferPosition + end);
            if (read <= 0) {
                throw new UnusableException(name + " became shorter while it was read: it had " + size + " bytes.");
            }
            end += read;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name, e);
        }
    }

    private void moveTo(long position) {
        bufferPosition = position;
        start = 0;
        end = 0;
    }

    /** Blank lines may come before the header, and a byte order mark before everything. */
    private void readHeader() {
        if (size > 0) {
            fill();
        }
        if (end >= BYTE_ORDER_MARK.length
                && Arrays.equals(buffer, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
            start = BYTE_ORDER_MARK.length;
        }
        while (!isFinished()) {
            int lineEnd = endOfLine();
            int from = start;
            start = Math.min(lineEnd + 1, end);
            headerLines++;
            if (csv.isHeader(buffer, from, lineEnd - from)) {
                headerEnd = position();
                linesBefore = headerLines;
                return;
            }
            InputLine line = csv.parse(buffer, from, lineEnd - from, headerLines);
            if (line != null) {
                break;
            }
        }
        throw new UnusableException("Cannot read " + name + ": its first line must be the header " + OrderCsv.HEADER);
    }
}
