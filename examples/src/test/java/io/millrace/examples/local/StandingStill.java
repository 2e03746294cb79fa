package io.millrace.examples.local;

import io.millrace.dsl.RecordSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A source that says so at one of its items and gives nothing more, so that its process can be killed there. It pauses again and again before, so that
 * a part of what it gave is committed and processed, and a part is not.
 */
public final class StandingStill<T> implements RecordSource<T> {
    static final String SIGN = "@still";
    private static final int PAUSE_EVERY = 40;

    private final RecordSource<T> source;
    private final long stillAt;
    private boolean hasPaused;

    /** @param stillAt a position that its process does not come behind */
    public StandingStill(RecordSource<T> source, long stillAt) {
        this.source = source;
        this.stillAt = stillAt;
    }

    @Override
    public void seek(long position) {
        source.seek(position);
    }

    @Override
    public @Nullable T next() {
        if (source.position() == stillAt) {
            waitForTheEnd();
        }
        hasPaused = !hasPaused && source.position() % PAUSE_EVERY == 0;
        return hasPaused ? null : source.next();
    }

    private static void waitForTheEnd() {
        System.out.println(SIGN);
        System.out.flush();
        try {
            // Ends with the process that started this one, if that did not end it before.
            int nothing = System.in.read();
            throw new IllegalStateException("Nobody killed this process, got " + nothing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long position() {
        return source.position();
    }

    @Override
    public boolean isFinished() {
        return source.isFinished();
    }

    @Override
    public void close() {
        source.close();
    }
}
