package io.millrace.examples.bank;

import io.millrace.dsl.RecordSource;
import org.jspecify.annotations.Nullable;

/** Orders come from the test, and none from a file. */
final class NoLines implements RecordSource<InputLine> {
    @Override
    public void seek(long position) {
        // There is one position only.
    }

    @Override
    public @Nullable InputLine next() {
        return null;
    }

    @Override
    public long position() {
        return 0;
    }

    @Override
    public boolean isFinished() {
        return true;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
