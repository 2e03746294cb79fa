package io.millrace.log.embedded.producer;

import java.util.Arrays;

/**
 * The transactions that are open in a partition, in the order in which they began there, which is the order of their first offsets. Few at
 * any time. Owned by the {@link ProducerStateTable} that holds it.
 */
final class OpenTransactions {
    private long[] producerIds = new long[8];
    private long[] firstOffsets = new long[8];
    private int count;

    void begin(long producerId, long firstOffset) {
        if (count == producerIds.length) {
            producerIds = Arrays.copyOf(producerIds, count * 2);
            firstOffsets = Arrays.copyOf(firstOffsets, count * 2);
        }
        int at = count;
        // Live and replayed batches come in order; only a snapshot may list them otherwise.
        while (at > 0 && firstOffsets[at - 1] > firstOffset) {
            producerIds[at] = producerIds[at - 1];
            firstOffsets[at] = firstOffsets[at - 1];
            at--;
        }
        producerIds[at] = producerId;
        firstOffsets[at] = firstOffset;
        count++;
    }

    void end(long producerId) {
        for (int i = 0; i < count; i++) {
            if (producerIds[i] == producerId) {
                int behind = count - i - 1;
                System.arraycopy(producerIds, i + 1, producerIds, i, behind);
                System.arraycopy(firstOffsets, i + 1, firstOffsets, i, behind);
                count--;
                return;
            }
        }
    }

    /** The first offset of the oldest one, or {@code otherwise} if none is open. */
    long firstOffset(long otherwise) {
        return count == 0 ? otherwise : firstOffsets[0];
    }
}
