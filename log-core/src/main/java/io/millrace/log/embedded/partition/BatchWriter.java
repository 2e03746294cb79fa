package io.millrace.log.embedded.partition;

import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.LogException;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchCompressor;
import io.millrace.log.embedded.producer.AppendOrigin;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Appends what producers built, compressed as the topic says at that moment. Safe for use by several threads: each compresses on its own
 * and before it takes the partition's lock.
 *
 * <p>Compressors are shared over all partitions, since their memory, part of it native, is much more than a batch: there are as many as
 * threads ever compressed at once.
 */
public final class BatchWriter implements AutoCloseable {
    private final int maxInflatedBatchBytes;
    /** Guarded by itself, as is {@link #closed}. */
    private final Deque<BatchCompressor> idle = new ArrayDeque<>();

    private boolean closed;

    /** @param maxInflatedBatchBytes what this log's readers allow: larger batches are not compressed */
    public BatchWriter(int maxInflatedBatchBytes) {
        this.maxInflatedBatchBytes = maxInflatedBatchBytes;
    }

    /**
     * Finishes the batch and appends it for a client.
     *
     * @throws LogException as {@link PartitionLog#append}; the batch is still there and may be tried again with the same sequence
     */
    public AppendResult append(PartitionLog log, BatchBuilder batch, int baseSequence) {
        Compression compression = log.settings().topic().compression();
        if (compression.codec() == Codec.NONE) {
            return log.append(batch.finish(baseSequence), AppendOrigin.CLIENT);
        }
        BatchCompressor compressor = take();
        try {
            return log.append(batch.finish(baseSequence, compression, compressor), AppendOrigin.CLIENT);
        } finally {
            giveBack(compressor);
        }
    }

    private BatchCompressor take() {
        synchronized (idle) {
            // The last one that was used, whose memory is still in the processor's cache.
            BatchCompressor last = idle.pollLast();
            return last == null ? new BatchCompressor(maxInflatedBatchBytes) : last;
        }
    }

    private void giveBack(BatchCompressor compressor) {
        synchronized (idle) {
            if (!closed) {
                idle.addLast(compressor);
                return;
            }
        }
        compressor.close();
    }

    /** Lets go of the compressors' memory. What is still written is compressed with others, which go at once. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.forEach(BatchCompressor::close);
            idle.clear();
        }
    }
}
