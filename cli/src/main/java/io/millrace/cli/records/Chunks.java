package io.millrace.cli.records;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream ahead in a thread of its own, piece by piece, so that who works on the pieces can be stopped while the stream has nothing to
 * say: a read of standard input cannot be interrupted. {@link #next} belongs to one thread, {@link #stop} is for any.
 */
final class Chunks {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int AHEAD = 4;

    /** A piece of the stream. @param failure why there are no more, null at the end and for a piece */
    record Chunk(byte[] bytes, int length, @Nullable IOException failure) {
        private static final Chunk END = new Chunk(new byte[0], 0, null);

        boolean isLast() {
            return length == 0;
        }
    }

    private final InputStream in;
    private final BlockingQueue<Chunk> read = new ArrayBlockingQueue<>(AHEAD);
    private volatile boolean isStopped;

    private Chunks(InputStream in) {
        this.in = in;
    }

    static Chunks of(InputStream in) {
        Chunks chunks = new Chunks(in);
        Thread reader = new Thread(chunks::readAhead, "millrace-input");
        // It may wait for input for ever, which keeps nobody from ending.
        reader.setDaemon(true);
        reader.start();
        return chunks;
    }

    /** The next piece; the last one is empty. Waits for it. */
    Chunk next() {
        try {
            return isStopped ? Chunk.END : read.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Chunk.END;
        }
    }

    /** True if {@link #next} would wait. */
    boolean isWaiting() {
        return read.isEmpty() && !isStopped;
    }

    /** Ends the stream for {@link #next}, whatever there is to come. */
    void stop() {
        isStopped = true;
        read.clear();
        // If the reader was faster, there is something to take just as well.
        read.offer(Chunk.END);
    }

    private void readAhead() {
        try {
            Chunk last;
            do {
                last = readOne();
                read.put(last);
            } while (!last.isLast() && !isStopped);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Chunk readOne() {
        byte[] bytes = new byte[CHUNK_BYTES];
        try {
            int length = in.read(bytes);
            return length < 0 ? Chunk.END : new Chunk(bytes, length, null);
        } catch (IOException e) {
            return new Chunk(new byte[0], 0, e);
        }
    }
}
