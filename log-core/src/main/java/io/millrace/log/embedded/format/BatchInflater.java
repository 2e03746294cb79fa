package io.millrace.log.embedded.format;

import io.millrace.log.Compression.Codec;
import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;

/** Inflates one batch after the other into the same memory; owned by its iterator. */
final class BatchInflater {
    private static final Codec[] CODECS = Codec.values();

    private final BatchCodecs codecs = new BatchCodecs();
    private final InflatedBytes inflated;

    BatchInflater(int maxInflatedBytes) {
        inflated = new InflatedBytes(maxInflatedBytes);
    }

    /** The inflated records, from index 0 on, until the next {@link #inflate}. */
    byte[] array() {
        return inflated.array();
    }

    int length() {
        return inflated.length();
    }

    /**
     * Inflates the records of a compressed batch.
     *
     * @throws CorruptionException if its bytes are not what the codec writes
     * @throws LogException with STOP if they inflate to more than the limit, or this version or machine does not know the codec
     */
    void inflate(BatchView batch, TopicPartition topicPartition) {
        if (batch.codec() >= CODECS.length) {
            throw new LogException(
                    Disposition.STOP,
                    prefix(batch, topicPartition) + " has codec " + batch.codec()
                            + ", which this version does not know: read it with a newer one");
        }
        Codec codec = CODECS[batch.codec()];
        try {
            codecs.get(codec)
                    .inflate(
                            batch.array(),
                            batch.arrayOffset() + BatchFormat.HEADER_SIZE,
                            batch.sizeInBytes() - BatchFormat.HEADER_SIZE,
                            inflated);
        } catch (InflateException e) {
            throw refused(
                    prefix(batch, topicPartition) + " cannot be inflated with " + codec + ": " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw BatchMemory.isTooSmall(
                    prefix(batch, topicPartition) + " has " + batch.sizeInBytes() + " bytes, and, inflated with "
                            + codec + ", so many",
                    e);
        } catch (Error e) {
            if (BatchCodecs.isMissingLibrary(e)) {
                throw BatchCodecs.missingLibrary(codec, e);
            }
            throw e;
        }
    }

    private static String prefix(BatchView batch, TopicPartition topicPartition) {
        return "The batch of " + topicPartition + " at base offset " + batch.baseOffset();
    }

    private static LogException refused(String message, InflateException cause) {
        return cause.isTooLarge()
                ? new LogException(
                        Disposition.STOP,
                        message + ". If it comes from where it should, raise maxInflatedBatchBytes of the log",
                        cause)
                : new CorruptionException(message);
    }
}
