package io.millrace.cli.records;

import io.millrace.cli.command.format.BadTextException;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream, byte for byte, without what ends them: a line feed, or a carriage return and a line feed. The last one need not have
 * any. Owned by one thread.
 */
final class Lines {
    private final Chunks chunks;
    private final int longest;
    private final boolean keepsReturns;
    private final BytesWriter begun = new BytesWriter();
    private final BytesView line = new BytesView();

    private byte[] chunk = new byte[0];
    private int position;
    private int limit;
    private boolean isAtEnd;
    private long number;

    /** @param longest how many bytes a line may have @param keepsReturns a line feed alone ends a line, and a carriage return belongs to it */
    Lines(Chunks chunks, int longest, boolean keepsReturns) {
        this.chunks = chunks;
        this.keepsReturns = keepsReturns;
        this.longest = longest;
    }

    /** The number of the line that was read last, the first one being 1. */
    long number() {
        return number;
    }

    /** The next line, valid until the next call; null at the end. @throws BadTextException if it is too long */
    @Nullable BytesView next() {
        begun.clear();
        while (!isAtEnd) {
            int feed = indexOfFeed();
            if (feed >= 0) {
                number++;
                return upTo(feed);
            }
            begun.putBytes(chunk, position, limit - position);
            checkLength(begun.length());
            readChunk();
        }
        if (begun.length() == 0) {
            return null;
        }
        number++;
        return begun.viewInto(line);
    }

    private BytesView upTo(int feed) {
        int from = position;
        position = feed + 1;
        checkLength(begun.length() + feed - from);
        if (begun.length() == 0) {
            return withoutReturn(line.wrap(chunk, from, feed - from));
        }
        return withoutReturn(begun.putBytes(chunk, from, feed - from).viewInto(line));
    }

    private BytesView withoutReturn(BytesView ended) {
        int last = ended.length() - 1;
        if (keepsReturns || last < 0 || ended.array()[ended.arrayOffset() + last] != '\r') {
            return ended;
        }
        return ended.wrap(ended.array(), ended.arrayOffset(), last);
    }

    private int indexOfFeed() {
        for (int i = position; i < limit; i++) {
            if (chunk[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void checkLength(int length) {
        if (length > longest) {
            throw new BadTextException(
                    "it is longer than any record of this topic may be, " + longest + " bytes at the most");
        }
    }

    private void readChunk() {
        Chunks.Chunk next = chunks.next();
        if (next.failure() != null) {
            throw new UncheckedIOException(
                    "The input cannot be read: " + next.failure().getMessage(), next.failure());
        }
        chunk = next.bytes();
        position = 0;
        limit = next.length();
        isAtEnd = next.isLast();
    }
}
