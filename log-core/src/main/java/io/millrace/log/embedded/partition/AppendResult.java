package io.millrace.log.embedded.partition;

import io.millrace.log.embedded.format.BatchFormat;

/**
 * Where a batch stands.
 *
 * @param baseOffset the offset of its first record
 * @param lastOffset the offset of its last record
 * @param duplicate true if the batch was there before and nothing was written: a retry
 * @param appendTime the timestamp that its records were given by this append, −1 if they keep their own
 */
public record AppendResult(long baseOffset, long lastOffset, boolean duplicate, long appendTime) {
    /** Of a batch whose records keep their timestamps. */
    public AppendResult(long baseOffset, long lastOffset, boolean duplicate) {
        this(baseOffset, lastOffset, duplicate, BatchFormat.NO_TIMESTAMP);
    }
}
