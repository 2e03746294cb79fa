package io.millrace.dsl.deduplication;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * In which parts the times of a key and an id are, of which there are many: the first time of each part, rising. Each is still there but for that of the first
 * part, which loses its times from the front, and has what is before all others, too. Immutable.
 */
public final class PassedParts implements Passed {
    private final long[] starts;

    private PassedParts(long[] starts) {
        this.starts = starts;
    }

    /** @throws IllegalArgumentException if there is none */
    public static PassedParts of(long... starts) {
        if (starts.length == 0) {
            throw new IllegalArgumentException("What has never passed is not kept");
        }
        return new PassedParts(starts.clone());
    }

    public int count() {
        return starts.length;
    }

    public long start(int part) {
        return starts[part];
    }

    /** The part that a time is in, or would be. */
    public int partOf(long time) {
        int found = Arrays.binarySearch(starts, time);
        return found >= 0 ? found : Math.max(0, -found - 2);
    }

    /** With one more behind part {@code part}. */
    public PassedParts withBehind(int part, long start) {
        return new PassedParts(Times.inserted(starts, part + 1, start));
    }

    /** With part {@code part} as two. */
    public PassedParts split(int part, long lowerStart, long upperStart) {
        PassedParts split = withBehind(part, upperStart);
        split.starts[part] = lowerStart;
        return split;
    }

    /** Without those before {@code part}. */
    public PassedParts from(int part) {
        return part == 0 ? this : new PassedParts(Arrays.copyOfRange(starts, part, starts.length));
    }

    @Override
    public boolean equals(@Nullable Object that) {
        return that instanceof PassedParts other && Arrays.equals(starts, other.starts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(starts);
    }

    @Override
    public String toString() {
        return "parts from " + Arrays.toString(starts);
    }
}
