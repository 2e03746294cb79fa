package io.millrace.log.embedded.partition;

import io.millrace.log.Compression.Codec;
import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.producer.AppendOrigin;
import java.nio.ByteBuffer;

/** What a batch must be to be appended at all, whoever sends it. Pure. */
final class IncomingBatch {
    private IncomingBatch() {}

    /**
     * Moves {@code target} onto the batch.
     *
     * @throws IllegalArgumentException if it is not one complete batch of data that this log can hold: an error of the caller
     * @throws CorruptionException if its bytes changed since it was built
     */
    static void check(BatchView target, ByteBuffer batch, AppendOrigin origin, TopicPartition topicPartition) {
        if (!batch.hasArray()) {
            throw new IllegalArgumentException("A batch needs a buffer with an accessible array");
        }
        int size = batch.remaining();
        target.wrap(batch.array(), batch.arrayOffset() + batch.position(), size);
        if (target.sizeInBytes() != size) {
            throw new IllegalArgumentException(
                    "A batch of " + target.sizeInBytes() + " bytes came in a buffer of " + size + " bytes");
        }
        String fault = target.fault();
        if (fault != null) {
            throw new CorruptionException("A batch for " + topicPartition + " changed in memory: " + fault);
        }
        boolean complete = target.recordCount() > 0 && target.recordCount() - 1 == target.lastOffsetDelta();
        if (!complete || target.isControl() || target.codec() >= Codec.values().length) {
            throw new IllegalArgumentException("Not a batch of data of a known codec and without gaps: attributes "
                    + target.attributes() + ", " + target.recordCount() + " records, last offset delta "
                    + target.lastOffsetDelta());
        }
        boolean sequenceFits = origin == AppendOrigin.COORDINATOR || target.hasSequence();
        if (target.hasProducerId() && (target.producerEpoch() < 0 || !sequenceFits)) {
            throw new IllegalArgumentException("Producer " + target.producerId() + " sent epoch "
                    + target.producerEpoch() + " and sequence " + target.baseSequence());
        }
    }
}
