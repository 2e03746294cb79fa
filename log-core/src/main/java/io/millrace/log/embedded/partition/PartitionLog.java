package io.millrace.log.embedded.partition;

import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.World;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** One partition's log. Safe for use by several threads: writers take its lock, readers of {@link #view} do not. */
public final class PartitionLog implements AutoCloseable {
    private final TopicPartition topicPartition;

    PartitionLog(TopicPartition topicPartition) {
        this.topicPartition = topicPartition;
    }

    /**
     * Opens the log in {@code directory}, which is created if it does not exist. The recovery point is kept in a file of that directory.
     *
     * @param cleanShutdown true if this log's last {@link #close} is known to have returned: files are trusted. False: everything behind the
     *     recovery point is checked, and cut at the first bad batch
     * @throws io.millrace.log.CorruptionException if bytes below the recovery point are not what was written
     */
    public static PartitionLog open(
            World world,
            String directory,
            TopicPartition topicPartition,
            PartitionSettings settings,
            boolean cleanShutdown) {
        throw new UnsupportedOperationException(directory + world + settings + cleanShutdown + topicPartition);
    }

    public TopicPartition topicPartition() {
        return topicPartition;
    }

    /**
     * Appends one complete batch, once: patches its base offset in the caller's buffer, which needs an accessible array.
     *
     * @throws io.millrace.log.LogException with RESTART_TASK if the producer was fenced; ABORT_TRANSACTION (RESTART_TASK without a
     *     transaction) if its sequence does not fit; RETRY if the disk is full; STOP if the partition has failed
     */
    public AppendResult append(ByteBuffer batch, AppendOrigin origin) {
        throw new UnsupportedOperationException(batch.toString() + origin);
    }

    /**
     * Ends a producer's transaction in this partition. The epoch must be higher than that of its records (KIP-890); the same epoch again,
     * with no transaction open, is a retry and writes nothing.
     *
     * @return the marker's offset, or −1 if it is a retry
     * @throws io.millrace.log.LogException with RESTART_TASK if producer or coordinator were fenced
     */
    public long appendMarker(long producerId, short producerEpoch, boolean commit, int coordinatorEpoch) {
        throw new UnsupportedOperationException("" + producerId + producerEpoch + commit + coordinatorEpoch);
    }

    /** The partition at this instant: one volatile read. */
    public PartitionView view() {
        throw new UnsupportedOperationException();
    }

    /**
     * Hands every batch from the one that holds {@code fromOffset} up to the log end offset to {@code visitor}, in order: markers and the
     * data of open and aborted transactions too. For coordinators that rebuild what their partition says; the batch is valid only during
     * the call.
     *
     * @throws io.millrace.log.CorruptionException at a batch whose checksum is wrong
     */
    public void forEachBatch(long fromOffset, Consumer<BatchView> visitor) {
        throw new UnsupportedOperationException(visitor + "" + fromOffset);
    }

    /** True from a transaction's first batch here to its marker. */
    public boolean hasOpenTransaction(long producerId) {
        throw new UnsupportedOperationException("" + producerId);
    }

    /**
     * Makes everything appended so far durable and, with {@code POWER_LOSS}, visible to read-committed readers (W6). Threads that come
     * while another forces share the next force. Does nothing if nothing was appended since.
     */
    public void force() {
        throw new UnsupportedOperationException();
    }

    /** Forces everything and writes the recovery point down, which bounds what an unclean start has to check. For housekeeping. */
    public void checkpoint() {
        throw new UnsupportedOperationException();
    }

    /** Below this offset everything is on the device. */
    public long recoveryPoint() {
        throw new UnsupportedOperationException();
    }

    /** The listener runs on the writer's thread after every view that lets readers see more; it must be quick and throw nothing. */
    public void onAppend(Runnable listener) {
        throw new UnsupportedOperationException(listener.toString());
    }

    public void removeListener(Runnable listener) {
        throw new UnsupportedOperationException(listener.toString());
    }

    /** Closes cleanly: forced, indexes and producer snapshot written. A failed log only lets go of its files. Idempotent. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
