package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;

/**
 * Where a followed log ends, and should not: readers are given everything before, and then this.
 *
 * @param knownEndOffset the offset that the next record would get: at least so much was written
 */
record BrokenEnd(String message, long knownEndOffset) {
    CorruptionException error() {
        return new CorruptionException(message);
    }
}
