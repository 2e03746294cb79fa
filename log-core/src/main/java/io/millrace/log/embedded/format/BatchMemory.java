package io.millrace.log.embedded.format;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import java.util.function.IntFunction;

/** Memory for a batch that is larger than what its reader keeps. Stateless. */
public final class BatchMemory {
    private BatchMemory() {}

    /**
     * Memory for one batch, or an error that names it. Nothing is lost by that: whoever asked has what it had before.
     *
     * @throws LogException with STOP if this process has not so much
     */
    public static byte[] allocate(int bytes, TopicPartition topicPartition, long baseOffset) {
        return allocate(bytes, topicPartition, baseOffset, byte[]::new);
    }

    static byte[] allocate(int bytes, TopicPartition topicPartition, long baseOffset, IntFunction<byte[]> memory) {
        try {
            return memory.apply(bytes);
        } catch (OutOfMemoryError e) {
            throw isTooSmall(
                    "The batch of " + topicPartition + " at offset " + baseOffset + " has " + bytes + " bytes", e);
        }
    }

    /** @param what the batch, and how large it is */
    static LogException isTooSmall(String what, OutOfMemoryError cause) {
        return new LogException(
                Disposition.STOP,
                what + ", more than is left of the memory of this process, which is at most "
                        + Runtime.getRuntime().maxMemory() + " bytes: run it with a larger heap (-Xmx)",
                cause);
    }
}
