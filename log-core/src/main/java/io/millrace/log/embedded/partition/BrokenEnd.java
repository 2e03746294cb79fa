package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import org.jspecify.annotations.Nullable;

/**
 * Where a followed log ends, and should not: readers are given everything before, and then this.
 *
 * @param offset that is expected there
 * @param message what is wrong where, and what to do
 * @param knownEndOffset the offset that the next record would get: at least so much was written
 * @param cause why it may not end there
 */
record BrokenEnd(long offset, String message, long knownEndOffset, Cause cause) {
    /** What tells that there should be more. */
    enum Cause {
        /** It was written for good. */
        PROMISED,
        /** Whole batches stand behind it. Whoever writes, or replaces files, while they are read can make it look so. */
        HOLE,
        /** What was none is whole by now: the files change. */
        CHANGED
    }

    /** True if the other one is the same damage; where a look begins decides how it is worded, and more may have been written behind it. */
    boolean isThatOf(@Nullable BrokenEnd other) {
        return other != null && cause == other.cause && offset == other.offset;
    }

    CorruptionException error() {
        return new CorruptionException(message);
    }
}
