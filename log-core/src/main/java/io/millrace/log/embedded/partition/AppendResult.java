package io.millrace.log.embedded.partition;

/**
 * Where a batch stands.
 *
 * @param baseOffset the offset of its first record
 * @param lastOffset the offset of its last record
 * @param duplicate true if the batch was there before and nothing was written: a retry
 */
public record AppendResult(long baseOffset, long lastOffset, boolean duplicate) {}
