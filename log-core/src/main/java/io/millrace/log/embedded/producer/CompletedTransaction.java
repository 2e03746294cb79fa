package io.millrace.log.embedded.producer;

/**
 * A transaction that a marker ended in a partition.
 *
 * @param firstOffset the offset of its first record here
 * @param lastOffset the offset of the marker
 * @param lastStableOffset the first offset that is still undecided with this transaction ended; no transaction that ends later in the
 *     partition has records below it
 */
public record CompletedTransaction(
        long producerId, long firstOffset, long lastOffset, long lastStableOffset, boolean aborted) {}
