package io.millrace.log.embedded.format;

import io.millrace.log.Compression;
import io.millrace.log.LogException;

/** Compresses one batch after the other in the same memory, part of it native; owned by one thread at a time. */
public final class BatchCompressor implements AutoCloseable {
    private static final int LARGEST = 1 << 30;
    /** Memory for a larger batch goes with the next smaller one. */
    private static final int KEPT = 1 << 20;

    private final BatchCodecs codecs = new BatchCodecs();
    private final int maxInflatedBytes;
    private byte[] array = new byte[0];

    /** @param maxInflatedBytes larger batches are left as they are: readers would refuse to inflate them */
    public BatchCompressor(int maxInflatedBytes) {
        this.maxInflatedBytes = Math.min(maxInflatedBytes, LARGEST);
    }

    /** Where {@link #compress} writes: behind room for a batch's header. */
    byte[] array() {
        return array;
    }

    /**
     * Compresses the records of a batch.
     *
     * @return the size of the compressed batch with its header, or −1 if that is not smaller or the batch too large
     * @throws LogException with STOP if this machine has no library for the codec
     */
    int compress(byte[] batch, int batchSize, Compression compression) {
        int length = batchSize - BatchFormat.HEADER_SIZE;
        if (length > maxInflatedBytes) {
            return -1;
        }
        try {
            BatchCodec codec = codecs.get(compression.codec());
            reserve(BatchFormat.HEADER_SIZE + codec.mostCompressed(length));
            int end = codec.compress(
                    batch, BatchFormat.HEADER_SIZE, length, compression.level(), array, BatchFormat.HEADER_SIZE);
            return end < batchSize ? end : -1;
        } catch (Error e) {
            if (BatchCodecs.isMissingLibrary(e)) {
                throw BatchCodecs.missingLibrary(compression.codec(), e);
            }
            throw e;
        }
    }

    private void reserve(long most) {
        int wanted = Math.toIntExact(most);
        if (array.length < wanted || (array.length > KEPT && wanted <= KEPT)) {
            array = new byte[wanted];
        }
    }

    @Override
    public void close() {
        codecs.close();
    }
}
